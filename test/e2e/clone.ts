import { execFileSync } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/** What a checkout of this project has, in a folder of its own, with the packages installed. */
export interface Clone extends AsyncDisposable {
  directory: string;
}

export async function cloneProject(): Promise<Clone> {
  const directory = await mkdtemp(path.join(tmpdir(), "clone-"));
  const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const files = execFileSync("git", listed, { cwd: root, encoding: "utf8" }).split("\0");
  for (const file of files.filter(Boolean)) {
    await cp(path.join(root, file), path.join(directory, file));
  }
  await symlink(path.join(root, "node_modules"), path.join(directory, "node_modules"), "junction");
  return {
    directory,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
