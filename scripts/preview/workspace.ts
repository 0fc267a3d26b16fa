import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  LocalWorkspace,
  type ProjectSettings,
  Stack,
  type StackSettings,
  type StackSummary,
} from "@pulumi/pulumi/automation/index.js";
import { ProblemError } from "../../infra/errors.ts";
import { run } from "../setup/processes.mjs";
import { usage } from "../stack/arguments.ts";
import { problemOf } from "../stack/cli-errors.ts";
import { backendFolder } from "../stack/locks.ts";
import { openProject, openStack } from "../stack/project.ts";
import { type ExportedState, exportState } from "../stack/state.ts";
import { knownPreview } from "./record.ts";

/** Tags of a preview's stack, where the backend has tags. */
export const markOf = { preview: "clerkconvex:preview", keep: "clerkconvex:keep" };

/** Settings that every preview starts with, `Pulumi.preview.yaml`. */
const template = "preview";

/**
 * The previews of a project. They share its backend, but their settings are in a folder that is gone
 * afterwards: no file of the project is written, and none but the template is needed.
 */
export class Previews implements AsyncDisposable {
  /** Name of the Pulumi project. */
  readonly project: string;
  /** Folder of the project. */
  readonly directory: string;
  readonly template: StackSettings;
  readonly #workspace: LocalWorkspace;

  static async open(directory?: string): Promise<Previews> {
    const project = await openProject({ directory });
    const settings = await project.projectSettings();
    const { url } = await project.whoAmI();
    const workDir = await mkdtemp(path.join(tmpdir(), "clerk-convex-preview-"));
    // A folder that is given relatively is relative to the project's.
    const backend = url?.startsWith("file://")
      ? { PULUMI_BACKEND_URL: `file://${backendFolder(url, project.workDir)}` }
      : {};
    const workspace = await LocalWorkspace.create({
      workDir,
      projectSettings: movable(settings, project.workDir),
      envVars: {
        ...project.envVars,
        ...backend,
        // What encrypts a stack's secrets is told by its state, where the template does not.
        PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
      },
    });
    // Each command names its stack anyway.
    workspace.selectStack = async () => {};
    const found = settingsExist(project.workDir, template);
    const stackSettings = found ? await project.stackSettings(template) : {};
    return new Previews(workspace, project.workDir, settings.name, stackSettings);
  }

  private constructor(
    workspace: LocalWorkspace,
    directory: string,
    project: string,
    stackSettings: StackSettings,
  ) {
    this.#workspace = workspace;
    this.directory = directory;
    this.project = project;
    this.template = stackSettings;
  }

  /** @throws {ProblemError} `USAGE` when the project has settings for a stack of this name */
  async stack(name: string): Promise<Stack> {
    if (this.hasSettings(name)) {
      throw usage(`${name} is a stack with settings of its own, Pulumi.${name}.yaml`, "preview");
    }
    return Stack.select(name, this.#workspace);
  }

  /** Whether the project has settings for a stack of this name, which is then no preview. */
  hasSettings(name: string): boolean {
    return settingsExist(this.directory, name);
  }

  /** Makes an empty stack, encrypted as the template says; one that is there already is as good. */
  async create(name: string): Promise<void> {
    const { secretsProvider } = this.template;
    const provider = secretsProvider ? ["--secrets-provider", secretsProvider] : [];
    await this.#stack(["init", name, "--no-select", ...provider], /stack .* already exists/);
  }

  async configure(name: string, settings: StackSettings): Promise<void> {
    await this.#workspace.saveStackSettings(name, settings);
  }

  /** The state of a stack; `undefined` when there is no such stack. */
  async state(name: string): Promise<ExportedState | undefined> {
    try {
      return await exportState(await this.stack(name));
    } catch (error) {
      if (error instanceof ProblemError && error.code === "STACK_MISSING") return undefined;
      throw error;
    }
  }

  /** All stacks of the project, previews or not. */
  list(): Promise<StackSummary[]> {
    return this.#workspace.listStacks();
  }

  async names(): Promise<string[]> {
    return (await this.list()).map(({ name }) => name.split("/").at(-1) ?? name);
  }

  /** Forgets a stack and the backups of its state, with `force` even when that is not empty. */
  async remove(name: string, { force = false } = {}): Promise<void> {
    const forced = force ? ["--force"] : [];
    await this.#stack(["rm", name, "--yes", "--remove-backups", ...forced]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#workspace.workDir, { recursive: true, force: true });
  }

  /**
   * What the Automation API has no way to ask for.
   *
   * @param asGood what the CLI may say when it fails, because it is done already
   */
  async #stack(command: string[], asGood?: RegExp): Promise<void> {
    const { workDir, envVars } = this.#workspace;
    const args = ["stack", ...command, "--non-interactive"];
    const env = { ...process.env, ...envVars };
    const { code, excerpt } = await run("pulumi", args, { cwd: workDir, env });
    if (code !== 0 && !asGood?.test(excerpt)) throw problemOf(excerpt);
  }
}

/** Whether a stack is one that `up` made: its settings are in no file, and its state is a preview's. */
export async function isPreviewStack(name: string, project: LocalWorkspace): Promise<boolean> {
  if (settingsExist(project.workDir, name)) return false;
  const known = knownPreview(await exportState(await openStack(name, project)));
  return known !== undefined && !known.empty;
}

/** A project's settings as they hold in another folder. */
function movable(settings: ProjectSettings, directory: string): ProjectSettings {
  const { main, plugins, ...rest } = settings as ProjectSettings & { plugins?: Plugins };
  const moved = Object.fromEntries(
    Object.entries(plugins ?? {}).map(([kind, list]) => [
      kind,
      list.map((plugin) => ({ ...plugin, path: path.resolve(directory, plugin.path) })),
    ]),
  );
  return {
    ...rest,
    // Folders of commands are relative to it.
    ...(main !== undefined && { main: path.resolve(directory, main) }),
    ...(plugins && { plugins: moved }),
  };
}

type Plugins = Record<string, { name: string; path: string }[]>;

function settingsExist(directory: string, name: string): boolean {
  return [".yaml", ".yml", ".json"].some((extension) =>
    existsSync(path.join(directory, `Pulumi.${name}${extension}`)),
  );
}
