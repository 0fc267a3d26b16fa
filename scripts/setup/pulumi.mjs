import { dirname, join } from "node:path";
import { cached, installed } from "./cache.mjs";
import { unpackVerified } from "./download.mjs";
import { firstOpen, SetupError, Unavailable } from "./errors.mjs";
import { onPath, run } from "./processes.mjs";
import { describeRanges, parseVersion, satisfies } from "./range.mjs";
import { archivePlatforms, hosts, pulumi as pinned } from "./versions.mjs";

/** @typedef {import("./machine.mjs").Machine} Machine */
/** @typedef {import("./node.mjs").Found} Found */

const command = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * A folder with a supported `pulumi`: one on PATH, one fetched before, the official archive, or
 * one built from Go modules. The official archive carries the language hosts too.
 * @param {Machine} machine
 * @returns {Promise<Found>}
 * @throws {SetupError} SETUP_NO_PULUMI, SETUP_CHECKSUM, SETUP_CACHE
 */
export async function findPulumi(machine) {
  /** @type {string[]} */
  const reasons = [];
  for (const file of onPath("pulumi", machine.env.PATH)) {
    const version = await versionOf(file, machine);
    if (version && satisfies(version, pinned.supported)) {
      return { folder: dirname(file), version, how: `on PATH (${file})` };
    }
    reasons.push(`${file} is ${version ?? "of no known version"}`);
  }
  const name = `pulumi-${pinned.version}-${machine.platform}`;
  const kept = await cached(machine, name);
  if (kept) return entry(kept.folder, `from the cache (${kept.source})`);
  const got = await installed(machine, name, (folder) =>
    firstOpen([() => official(machine, folder), () => build(machine, folder)], (closed) =>
      noPulumi([...reasons, ...closed]),
    ),
  );
  return entry(got.folder, `from ${got.source}`);
}

/**
 * @param {string} folder
 * @param {string} how
 */
const entry = (folder, how) => ({ folder, version: pinned.version, how });

/**
 * @param {string} file
 * @param {Machine} machine
 */
async function versionOf(file, machine) {
  const env = { ...machine.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { code, stdout } = await run(file, ["version"], { env, limitMs: 20_000 });
  return code === 0 && parseVersion(stdout) ? stdout.trim().replace(/^v/, "") : undefined;
}

/**
 * @param {Machine} machine
 * @param {string} folder
 * @returns {Promise<string>} where from
 */
async function official(machine, folder) {
  if (!archivePlatforms.includes(machine.platform)) {
    throw new Unavailable(`this setup knows no official archive for ${machine.platform}`);
  }
  const base = machine.env[hosts.pulumi.variable] || hosts.pulumi.url;
  const name = `pulumi-v${pinned.version}-${machine.platform}.tar.gz`;
  const list = `pulumi-${pinned.version}-checksums.txt`;
  await unpackVerified({ base, name, list }, folder, machine);
  await mustRun(machine, folder);
  return `the official download (${base}/${name})`;
}

/**
 * @param {Machine} machine
 * @param {string} folder
 * @returns {Promise<string>} where from
 */
async function build(machine, folder) {
  if (onPath("go", machine.env.PATH).length === 0) {
    throw new Unavailable("go, which could build it from Go modules, is not on PATH");
  }
  const progress = machine.report.step(
    `building pulumi ${pinned.version} from Go modules (takes a few minutes, once)`,
  );
  const { code, excerpt } = await run(
    "go",
    [
      "build",
      "-trimpath",
      "-buildvcs=false",
      "-o",
      join(folder, "pulumi"),
      "-ldflags",
      `-s -w -X ${versionVariable}=v${pinned.version}`,
      command,
    ],
    {
      cwd: join(machine.root, "scripts", "pulumi-cli"),
      env: { ...machine.env, CGO_ENABLED: "0", GOWORK: "off" },
    },
  );
  progress.end();
  if (code !== 0) throw new Unavailable(`go build failed: ${excerpt}`);
  await mustRun(machine, folder);
  return "Go modules, built here";
}

/**
 * @param {Machine} machine
 * @param {string} folder
 */
async function mustRun(machine, folder) {
  const version = await versionOf(join(folder, "pulumi"), machine);
  if (version !== pinned.version) {
    throw new Unavailable(`the pulumi fetched says it is ${version ?? "of no known version"}`);
  }
}

/** @param {string[]} reasons */
function noPulumi(reasons) {
  return new SetupError(
    "SETUP_NO_PULUMI",
    `Pulumi ${describeRanges(pinned.supported)} is needed and could not be had: ${reasons.join("; ")}.`,
    `install Pulumi ${pinned.version} (https://www.pulumi.com/docs/install/) and put it on PATH; ` +
      `or name a mirror in ${hosts.pulumi.variable}; or install Go 1.25 or later and run this again.`,
  );
}
