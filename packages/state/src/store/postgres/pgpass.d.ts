declare module 'pgpass' {
  interface Connection {
    readonly host?: string;
    readonly port?: number;
    readonly database?: string;
    readonly user?: string;
  }
  /** Looks into PGPASSFILE or ~/.pgpass. */
  export default function pgpass(connection: Connection, found: (password: string | undefined) => void): void;
}
