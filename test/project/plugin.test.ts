import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { LocalWorkspace, type ProjectSettings } from "@pulumi/pulumi/automation/index.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import { expect, onTestFinished, test } from "vitest";
import { clerkConvexPackage } from "../../infra/provider/package.ts";
import { isExecutable, run } from "../../scripts/setup/processes.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const workspace = await LocalWorkspace.create({ workDir: root });
// The SDK's type does not know of plugins, but reads them.
const project: ProjectSettings & { plugins?: { providers: { name: string; path: string }[] } } =
  await workspace.projectSettings();
const executables = (project.plugins?.providers ?? []).map((plugin) =>
  path.join(root, plugin.path, `pulumi-resource-${plugin.name}`),
);
const executable = path.join(root, "infra/provider/pulumi-resource-clerkconvex");

/** The CLI, in a folder of its own and apart from whatever this machine is logged in to. */
async function cli(...args: string[]) {
  const home = await mkdtemp(path.join(tmpdir(), "pulumi-home-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const env = { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
  return { home, ...(await run("pulumi", args, { cwd: home, env })) };
}

test("Pulumi.yaml leads to the program, and to the executable of each plugin", () => {
  expect(existsSync(path.join(root, project.main ?? "", "index.ts"))).toBe(true);
  expect(executables).toEqual([executable]);
  expect(isExecutable(executable)).toBe(true);
});

test("the plugin prints its port, nothing else, and answers there", async () => {
  const plugin = spawn(executable, [], { cwd: tmpdir(), stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(plugin, "exit");
  onTestFinished(async () => {
    plugin.kill();
    await ended;
  });
  const lines: string[] = [];
  const output = createInterface(plugin.stdout).on("line", (line) => lines.push(line));
  await once(output, "line");
  const [port] = lines;
  expect(port).toMatch(/^\d+$/);
  const client = new providerGrpc.ResourceProviderClient(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
  );
  const version = await new Promise((resolve, reject) =>
    client.getPluginInfo(new emptyProto.Empty(), (error, info) =>
      error ? reject(error) : resolve(info.getVersion()),
    ),
  );
  client.close();
  expect(version).toBe(clerkConvexPackage.version);
  expect(lines).toEqual([port]);
});

/** As the CLI writes a schema: lists of names in order, and none that is empty. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder).sort();
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, inOrder(entry)]);
  return Object.fromEntries(
    entries.filter(([, entry]) => !Array.isArray(entry) || entry.length > 0),
  );
}

test("the CLI gets the package's schema from the plugin, and finds nothing wrong with it", async () => {
  const { code, stdout, excerpt, home } = await cli("package", "get-schema", executable);
  expect(code, excerpt).toBe(0);
  const schema = JSON.parse(stdout);
  expect(inOrder(schema)).toEqual(inOrder(JSON.parse(clerkConvexPackage.schema())));

  const file = path.join(home, "schema.json");
  await writeFile(file, clerkConvexPackage.schema());
  const checked = await cli("schema", "check", file);
  expect(checked.code, checked.excerpt).toBe(0);
  expect(checked.excerpt).not.toMatch(/warning/i);
});
