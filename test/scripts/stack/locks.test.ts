import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { homedir, hostname, tmpdir } from "node:os";
import path from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, onTestFinished, test } from "vitest";
import { elapsedMs, holderOf, readLocks, removeLock } from "../../../scripts/stack/locks.ts";

const longAgo = "2001-01-01T00:00:00.123456789Z";
const lockOf = (pid: number, timestamp: string, host = hostname()) => ({
  file: "",
  pid,
  username: "ada",
  hostname: host,
  timestamp,
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "locks-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  if (child.pid === undefined) throw new Error("not started");
  return child.pid;
}

describe("the holder of a lock", () => {
  test("lives while its process does", async () => {
    expect(await holderOf(lockOf(process.pid, new Date().toISOString()))).toBe("living");
  });

  test("is dead when its process is gone", async () => {
    expect(await holderOf(lockOf(await deadPid(), new Date().toISOString()))).toBe("dead");
  });

  test("is dead when another process has its number, begun after the lock was taken", async () => {
    expect(await holderOf(lockOf(process.pid, longAgo))).toBe("dead");
  });

  test("counts as living when that other process is Pulumi: the clock may have been put forward", async () => {
    const pulumi = path.join(await temporaryFolder(), "pulumi");
    await copyFile("/bin/sleep", pulumi);
    const child = spawn(pulumi, ["60"]);
    onTestFinished(() => {
      child.kill();
    });
    await once(child, "spawn");
    expect(await holderOf(lockOf(child.pid ?? 0, longAgo))).toBe("living");
  });

  test("is unknown on another host, whatever has its number here", async () => {
    expect(await holderOf(lockOf(process.pid, longAgo, "elsewhere"))).toBe("unknown");
  });
});

test.each([
  ["00:07", 7_000],
  ["12:34", 754_000],
  ["01:00:00", 3_600_000],
  ["2-03:04:05", 183_845_000],
  ["", undefined],
  ["yesterday", undefined],
])("the age %j is %j ms", (text, ms) => {
  expect(elapsedMs(text)).toBe(ms);
});

describe("locks in a backend", () => {
  const stackOn = (url: string, workDir = "/") =>
    ({
      name: "organization/project/dev",
      workspace: {
        workDir,
        whoAmI: async () => ({ user: "ada", url }),
        projectSettings: async () => ({ name: "project" }),
      },
    }) as unknown as Stack;

  async function backendWith(files: Record<string, string>): Promise<string> {
    const backend = await temporaryFolder();
    const folder = path.join(backend, ".pulumi/locks/organization/project/dev");
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(files))
      await writeFile(path.join(folder, name), text);
    return backend;
  }

  test("are read and taken away, with what lies beside them and nothing else", async () => {
    const { file: _, ...lock } = lockOf(1, longAgo);
    const text = JSON.stringify(lock);
    const backend = await backendWith({ "a.json": text, "a.json.attrs": "{}", "b.json": text });
    const [first, ...others] =
      (await readLocks(stackOn(`file://${backend}?no_tmp_dir=true`))) ?? [];
    expect([first, ...others]).toEqual([
      { ...lock, file: expect.stringMatching(/a\.json$/) },
      { ...lock, file: expect.stringMatching(/b\.json$/) },
    ]);
    if (first) await removeLock(first);
    expect(await readdir(path.dirname(first?.file ?? ""))).toEqual(["b.json"]);
  });

  test("are found on a path that is relative to the project, or to the home", async () => {
    const { file: _, ...lock } = lockOf(1, longAgo);
    const backend = await backendWith({ "a.json": JSON.stringify(lock) });
    const { dir, base } = path.parse(backend);
    expect(await readLocks(stackOn(`file://./${base}`, dir))).toHaveLength(1);
    const fromHome = path.relative(homedir(), backend);
    expect(await readLocks(stackOn(`file://~/${fromHome}`))).toHaveLength(1);
  });

  test("are none where no run was ever, and not known where the backend is no folder", async () => {
    expect(await readLocks(stackOn(`file://${await temporaryFolder()}`))).toEqual([]);
    expect(await readLocks(stackOn("s3://bucket"))).toBeUndefined();
    expect(await readLocks(stackOn("https://app.pulumi.com/ada"))).toBeUndefined();
  });

  test.each([
    ["empty", ""],
    ["no lock", "{}"],
    ["of no process", JSON.stringify({ ...lockOf(0, longAgo) })],
    ["of no time", JSON.stringify({ ...lockOf(1, "yesterday") })],
  ])("that cannot be read are an error, never no lock: %s", async (_what, text) => {
    const backend = await backendWith({ "a.json": text });
    await expect(readLocks(stackOn(`file://${backend}`))).rejects.toMatchObject({
      code: "STACK_LOCK_UNREADABLE",
    });
  });
});
