/** A staff member, or an API client of theirs, as identified by the login issuer. */
export type Staff = {
  /** The issuer's id, for logs. */
  id: string;
  name: string;
  /** May look, but change nothing. */
  readsOnly?: boolean;
};
