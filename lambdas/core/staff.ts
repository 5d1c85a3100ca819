/** A staff member, or an API client of theirs, as identified by the login issuer. */
export type Staff = {
  id: string;
  name: string;
  /** May look, but change nothing. */
  readsOnly?: boolean;
};
