/** Machines made up for a test: their own folders, fake programs, and a download host on loopback. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { Machine } from "../../../scripts/setup/machine.mjs";

export interface TestMachine extends Machine {
  /** Lines the setup reported. */
  lines: string[];
  /** Folder first on PATH, for fake programs. */
  bin: string;
  remove(): void;
}

/** A Linux machine with old Node, empty caches, the system's own tools, and no way out. */
export function testMachine(change: Partial<Machine> = {}): TestMachine {
  const folder = mkdtempSync(join(tmpdir(), "setup-"));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const lines: string[] = [];
  return {
    root: join(folder, "project"),
    platform: "linux-x64",
    running: { path: join(folder, "old", "node"), version: "20.20.2" },
    home: join(folder, "home"),
    cache: join(folder, "cache"),
    report: {
      found: (what, version, how) => lines.push(`${what} ${version} ${how}`),
      note: (text) => lines.push(`note ${text}`),
      step: (text) => {
        lines.push(`step ${text}`);
        return { update() {}, end() {} };
      },
    },
    ...change,
    env: {
      PATH: [bin, ...systemFolders(bin)].join(delimiter),
      CLERK_CONVEX_NODE_MIRROR: "http://127.0.0.1:9",
      CLERK_CONVEX_PULUMI_MIRROR: "http://127.0.0.1:9",
      ...change.env,
    },
    lines,
    bin,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A folder with links to the few tools the setup and the fake programs use, and nothing more. */
function systemFolders(bin: string): string[] {
  const tools = join(dirname(bin), "tools");
  mkdirSync(tools);
  for (const tool of ["sh", "tar", "gzip", "cat", "mkdir", "cp", "chmod"]) {
    const path = execFileSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim();
    execFileSync("ln", ["-s", path, join(tools, tool)]);
  }
  return [tools];
}

/** Writes an executable shell script and returns its path. */
export function program(folder: string, name: string, script: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

/** A gzipped tar archive with one top folder holding these executable shell scripts. */
export function archive(scripts: Record<string, string>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "archive-"));
  try {
    for (const [path, script] of Object.entries(scripts)) {
      const file = join(folder, "top", path);
      program(dirname(file), path.split("/").at(-1) ?? path, script);
    }
    const file = join(folder, "it.tar.gz");
    execFileSync("tar", ["-czf", file, "-C", folder, "top"]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
export const sha512 = (bytes: Buffer) => createHash("sha512").update(bytes).digest("base64");

/** Serves files by path; anything else is 404. */
export async function downloadHost(files: Record<string, Buffer | string>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const body = files[request.url ?? ""];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
