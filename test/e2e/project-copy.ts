import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
/** What the convex CLI itself runs on; none of it ends up in a bundle. */
const tools = ["esbuild", "@esbuild", "ws", "prettier"];
/** What the backend's bundle is made of: real copies, since a bundle holds the paths of its sources. */
const bundled = ["convex", "svix", "standardwebhooks", "@stablelib/base64", "fast-sha256"];

/** A copy of the app in a folder of its own, as a second machine would have it. */
export interface ProjectCopy extends AsyncDisposable {
  directory: string;
  /** A file that is not there yet is edited from nothing. */
  edit(file: string, change: (source: string) => string): Promise<void>;
}

export async function copyProject(): Promise<ProjectCopy> {
  const directory = await mkdtemp(path.join(tmpdir(), "project copy-"));
  for (const part of ["package.json", "convex", ...bundled.map((name) => `node_modules/${name}`)]) {
    await cp(path.join(root, part), path.join(directory, part), { recursive: true });
  }
  for (const tool of tools) {
    const link = path.join("node_modules", tool);
    await symlink(path.join(root, link), path.join(directory, link), "junction");
  }
  return {
    directory,
    async edit(file, change) {
      const target = path.join(directory, file);
      const source = existsSync(target) ? await readFile(target, "utf8") : "";
      const changed = change(source);
      if (changed === source) throw new Error(`the edit of ${file} changes nothing`);
      await writeFile(target, changed);
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
