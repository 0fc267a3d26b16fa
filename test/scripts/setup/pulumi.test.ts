import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findPulumi } from "../../../scripts/setup/pulumi.mjs";
import { pulumi } from "../../../scripts/setup/versions.mjs";
import {
  archive,
  downloadHost,
  program,
  sha256,
  type TestMachine,
  testMachine,
} from "./machines.ts";

const says = (version: string) => `[ "$1" = version ] && echo v${version}`;
const name = `pulumi-v${pulumi.version}-linux-x64.tar.gz`;
const list = `pulumi-${pulumi.version}-checksums.txt`;

let machine: TestMachine;
beforeEach(() => {
  machine = testMachine();
  mkdirSync(join(machine.root, "scripts", "pulumi-cli"), { recursive: true });
});
afterEach(() => machine.remove());

/** A fake go that "builds" a pulumi of a version and keeps its arguments. */
function fakeGo(version: string) {
  program(
    machine.bin,
    "go",
    `echo "$PWD $*" > ${machine.bin}/asked
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\necho v${version}\\n' > "$2"; chmod +x "$2"`,
  );
}

describe("finding Pulumi", () => {
  test("a supported one on PATH is used", async () => {
    const file = program(machine.bin, "pulumi", says("3.230.1"));
    expect(await findPulumi(machine)).toEqual({
      folder: machine.bin,
      version: "3.230.1",
      how: `on PATH (${file})`,
    });
  });

  test("else the official download, language hosts and all; after that the cache", async () => {
    program(machine.bin, "pulumi", says("3.100.0"));
    const bytes = archive({ pulumi: says(pulumi.version), "pulumi-language-nodejs": "" });
    const host = await downloadHost({
      [`/${list}`]: `${sha256(bytes)}  ${name}\n`,
      [`/${name}`]: bytes,
    });
    const env = { ...machine.env, CLERK_CONVEX_PULUMI_MIRROR: host.url };
    const found = await findPulumi({ ...machine, env });
    await host.close();
    expect(found.how).toBe(`from the official download (${host.url}/${name})`);
    expect(existsSync(join(found.folder, "pulumi-language-nodejs"))).toBe(true);
    expect((await findPulumi(machine)).how).toMatch(/^from the cache \(the official download/);
  });

  test("else a build from Go modules, at the pinned version", async () => {
    fakeGo(pulumi.version);
    const found = await findPulumi(machine);
    expect(found).toMatchObject({ version: pulumi.version, how: "from Go modules, built here" });
    const asked = readFileSync(join(machine.bin, "asked"), "utf8");
    expect(asked.startsWith(`${join(machine.root, "scripts", "pulumi-cli")} build `)).toBe(true);
    expect(asked).toContain(
      `version.Version=v${pulumi.version} github.com/pulumi/pulumi/pkg/v3/cmd/pulumi`,
    );
    expect(machine.lines).toEqual([
      `step building pulumi ${pulumi.version} from Go modules (takes a few minutes, once)`,
    ]);
  });

  test("the Go module builds the pinned version", () => {
    const module = readFileSync("scripts/pulumi-cli/go.mod", "utf8");
    expect(/pulumi\/pkg\/v3 v([\d.]+)\s/.exec(module)?.[1]).toBe(pulumi.version);
  });

  test("a build of another version is refused", async () => {
    fakeGo("3.1.0");
    await expect(findPulumi(machine)).rejects.toThrow(/the pulumi fetched says it is 3\.1\.0/);
    expect(existsSync(join(machine.cache, `pulumi-${pulumi.version}-linux-x64`))).toBe(false);
  });

  test("an altered download is an error though go could build", async () => {
    fakeGo(pulumi.version);
    const bytes = archive({ pulumi: says(pulumi.version) });
    const host = await downloadHost({
      [`/${list}`]: `${"0".repeat(64)}  ${name}\n`,
      [`/${name}`]: bytes,
    });
    const env = { ...machine.env, CLERK_CONVEX_PULUMI_MIRROR: host.url };
    await expect(findPulumi({ ...machine, env })).rejects.toThrow(/SETUP_CHECKSUM/);
    await host.close();
  });

  test("when no way is open it says why each is closed, and the remedy", async () => {
    const old = program(machine.bin, "pulumi", says("3.100.0"));
    const failure = findPulumi(machine);
    await expect(failure).rejects.toThrow(`${old} is 3.100.0`);
    await expect(failure).rejects.toThrow(/127\.0\.0\.1:9 is not reached.*go.*is not on PATH/);
    await expect(failure).rejects.toThrow(/Remedy: install Pulumi .*; or install Go/);
    await expect(failure).rejects.toThrow(/Code: SETUP_NO_PULUMI$/);
  });
});
