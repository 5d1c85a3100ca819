/** Somebody of the program's office, or a program of theirs, as the login issuer names them. */
export type Staff = {
  /** The issuer's own, for logs. */
  id: string;
  /** For readers. */
  name: string;
};
