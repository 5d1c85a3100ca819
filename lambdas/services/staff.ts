/** Somebody of the program's office, or a program of theirs, as the login issuer names them. */
export type Staff = {
  /** The issuer's own, for logs. */
  id: string;
  /** For readers. */
  name: string;
};

/** Judges the bearer tokens of programs. */
export interface StaffTokens {
  /** Whose token it is; undefined where it is forged, expired, or not for us. */
  verify(token: string): Promise<Staff | undefined>;
}

/** Sends somebody to the login issuer, and judges what they come back with. */
export interface StaffLogin {
  /** Where to send the browser, and what it keeps meanwhile. */
  begin(returnTo: string): Promise<{ url: string; kept: string }>;
  /** Who came back, and where they wanted to go; undefined where it does not fit what was kept. */
  finish(
    callbackUrl: URL,
    kept: string | undefined,
  ): Promise<{ staff: Staff; returnTo: string } | undefined>;
  /** Where the browser ends the login at the issuer. */
  endUrl(): Promise<string>;
}

/** What a browser carries while somebody is signed in. */
export interface StaffSessions {
  begin(staff: Staff): Promise<string>;
  /** Whose session it is, and the same session made longer where it is due for that. */
  resume(session: string): Promise<{ staff: Staff; renewed?: string | undefined } | undefined>;
}
