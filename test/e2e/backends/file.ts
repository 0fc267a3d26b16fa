import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StateBackend } from "./backend.ts";

export async function startFileBackend(): Promise<StateBackend> {
  const folder = await mkdtemp(path.join(tmpdir(), "state-"));
  return {
    environment: { PULUMI_BACKEND_URL: `file://${folder}` },
    secrets: [],
    contents: () => textBelow(folder),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function textBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = files.map(({ parentPath, name }) => readFile(path.join(parentPath, name), "utf8"));
  return (await Promise.all(texts)).join("\n");
}
