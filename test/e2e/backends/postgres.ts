import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync } from "node:fs";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { StateBackend } from "./backend.ts";

const execute = promisify(execFile);

/** The folder of PostgreSQL's programs, or undefined on a machine that has none. */
export function findPostgres(): string | undefined {
  const onPath = (process.env.PATH ?? "").split(path.delimiter);
  // Debian keeps the server's programs off PATH.
  const debians = globSync("/usr/lib/postgresql/*/bin").sort().reverse();
  return [...onPath, ...debians].find((folder) =>
    ["initdb", "postgres", "psql"].every((program) => existsSync(path.join(folder, program))),
  );
}

/** A cluster of its own, reached by a socket in its folder and by no port. */
export async function startPostgres(programs: string | undefined): Promise<StateBackend> {
  if (!programs) throw new Error("PostgreSQL is not installed");
  const folder = await mkdtemp(path.join(tmpdir(), "pg-"));
  const user = "state";
  const password = `canary-${crypto.randomUUID()}`;
  const account = unprivileged();
  if (account) await chown(folder, account.uid, account.gid);
  const as = { cwd: folder, env: { PATH: programs, LC_ALL: "C" }, ...account };
  const program = (name: string) => path.join(programs, name);

  const data = path.join(folder, "data");
  const passwordFile = path.join(folder, "password");
  await writeFile(passwordFile, password);
  await execute(
    program("initdb"),
    ["-D", data, "-U", user, `--pwfile=${passwordFile}`, "--auth=scram-sha-256", "--no-sync"],
    as,
  );
  const server = spawn(
    program("postgres"),
    ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"],
    { ...as, stdio: ["ignore", "ignore", "pipe"] },
  );
  await ready(server);

  const environment = {
    PULUMI_BACKEND_URL: `postgres://${user}@/postgres?host=${encodeURIComponent(folder)}`,
    PGPASSWORD: password,
  };
  return {
    environment,
    secrets: [password],
    async contents() {
      const query = "SELECT key || ' ' || (data->>'data') FROM pulumi_state";
      const { stdout } = await execute(
        program("psql"),
        ["-At", "-h", folder, "-U", user, "-d", "postgres", "-c", query],
        { env: { PGPASSWORD: password }, maxBuffer: 2 ** 28 },
      );
      const rows = stdout.split("\n").map((line) => line.split(" "));
      return rows.map(([key, data]) => `${key}\n${Buffer.from(data ?? "", "base64")}`).join("\n");
    },
    async [Symbol.asyncDispose]() {
      server.kill("SIGINT");
      if (server.exitCode === null) await once(server, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to be run by root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

async function ready({ stderr }: ChildProcess): Promise<void> {
  if (!stderr) throw new Error("the server's messages are not piped");
  const said: string[] = [];
  for await (const line of createInterface(stderr)) {
    said.push(line);
    if (line.includes("ready to accept connections")) break;
  }
  if (!said.at(-1)?.includes("ready")) {
    throw new Error(`PostgreSQL did not start:\n${said.join("\n")}`);
  }
  // What is left unread would hold up the server in the end.
  stderr.resume();
}
