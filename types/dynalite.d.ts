declare module 'dynalite' {
  import type { Server } from 'node:http';

  type Options = {
    /** A folder to keep the tables in; without it they live in memory. */
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  };

  export default function dynalite(options?: Options): Server;
}
