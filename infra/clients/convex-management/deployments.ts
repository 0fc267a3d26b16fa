import { withoutTrailingSlash } from "../../urls.ts";
import { createOnce } from "../http.ts";
import { orUndefined, VendorError } from "../vendor-error.ts";
import { listOf, type ManagementConnection } from "./connection.ts";

export type CloudDeploymentType = "prod" | "dev" | "preview" | "custom";

/** What a created deployment declares. What is absent is left to the vendor. */
export interface DeploymentSettings {
  type: CloudDeploymentType;
  /** Unique in its project: 3 to 100 of lowercase letters, digits, `-` and `/`. */
  reference: string;
  /** Whether it is the project's default one of its type, `prod` or `dev`. */
  isDefault?: boolean;
  /** `s16`, `s256`, `d1024`, `d2048`. */
  class?: string;
  /** `aws-us-east-1`, `aws-eu-west-1`. */
  region?: Region;
  /** When Convex deletes it, milliseconds since 1970. */
  expiresAt?: number;
}

/** A deployment in Convex's cloud. Source: `PlatformDeploymentResponse`. */
export interface CloudDeployment extends Required<Omit<DeploymentSettings, "expiresAt">> {
  /** `happy-otter-123` */
  name: string;
  projectId: number;
  /** Functions, without trailing slash. */
  url: string;
  expiresAt: number | undefined;
  /** Name that a preview deployment was claimed by. */
  previewName: string | undefined;
  /** When it was made or last deployed to, milliseconds since 1970. */
  updatedAt: number;
}

export type Region = "aws-us-east-1" | "aws-eu-west-1";

/** What can be changed of a deployment without making it anew. */
export type DeploymentChange = Partial<Omit<DeploymentSettings, "region">>;

interface DeploymentAnswer {
  name?: string;
  deploymentUrl?: string;
  deploymentType?: CloudDeploymentType;
  projectId?: number;
  reference?: string;
  isDefault?: boolean;
  class?: string;
  region?: Region;
  expiresAt?: number | null;
  previewIdentifier?: string | null;
  createTime?: number;
  lastDeployTime?: number | null;
}

/** Deployments in the cloud and their deploy keys, by the Management API. Every method throws {@link VendorError}. */
export class ConvexDeployments {
  readonly #management: ManagementConnection;

  constructor(management: ManagementConnection) {
    this.#management = management;
  }

  /** A project's deployments in the cloud. */
  async list(projectId: number): Promise<CloudDeployment[]> {
    const operation = `listing the deployments of project ${projectId}`;
    const options = { ...this.#management.at, params: { path: { project_id: projectId } } };
    const found = await this.#management.call(operation, () =>
      this.#management.api.GET("/projects/{project_id}/list_deployments", options),
    );
    return listOf(found, operation)
      .filter(({ kind }) => kind === "cloud")
      .map((deployment) => deploymentOf(deployment, operation));
  }

  async get(name: string): Promise<CloudDeployment | undefined> {
    const operation = `reading the deployment ${name}`;
    const options = { ...this.#management.at, params: { path: { deployment_name: name } } };
    const found = await orUndefined(
      this.#management.call(operation, () =>
        this.#management.api.GET("/deployments/{deployment_name}", options),
      ),
    );
    return found && deploymentOf(found, operation);
  }

  async find(projectId: number, reference: string) {
    const all = await this.list(projectId);
    return all.find((deployment) => deployment.reference === reference);
  }

  async create(projectId: number, settings: DeploymentSettings): Promise<CloudDeployment> {
    const operation = `creating the deployment ${settings.reference}`;
    const params = { path: { project_id: projectId } };
    const options = { ...this.#management.at, params, body: settings };
    return createOnce(
      async () =>
        deploymentOf(
          await this.#management.call(
            operation,
            () => this.#management.api.POST("/projects/{project_id}/create_deployment", options),
            false,
          ),
          operation,
        ),
      () => this.find(projectId, settings.reference),
    );
  }

  /** Changes what is given and leaves the rest. */
  async update(name: string, { type, ...change }: DeploymentChange): Promise<void> {
    const params = { path: { deployment_name: name } };
    const body = { ...change, ...(type !== undefined && { deploymentType: type }) };
    const options = { ...this.#management.at, params, body };
    await this.#management.call(`updating the deployment ${name}`, () =>
      this.#management.api.PATCH("/deployments/{deployment_name}", options),
    );
  }

  /** Deletes a deployment with its data; one that is gone already is success. */
  async delete(name: string): Promise<void> {
    const options = { ...this.#management.at, params: { path: { deployment_name: name } } };
    await orUndefined(
      this.#management.call(`deleting the deployment ${name}`, () =>
        this.#management.api.POST("/deployments/{deployment_name}/delete", options),
      ),
    );
  }

  /** Names of a deployment's deploy keys; `undefined` when there is no such deployment. */
  async keys(deployment: string): Promise<string[] | undefined> {
    const operation = `listing the deploy keys of ${deployment}`;
    const options = { ...this.#management.at, params: { path: { deployment_name: deployment } } };
    const found = await orUndefined(
      this.#management.call(operation, () =>
        this.#management.api.GET("/deployments/{deployment_name}/list_deploy_keys", options),
      ),
    );
    return found && listOf(found, operation).map(({ name }) => name);
  }

  /**
   * Mints a deploy key. Its value is told only now, so one that an earlier attempt made under this name
   * is of no use to anybody and is revoked first.
   */
  async createKey(deployment: string, name: string): Promise<string> {
    const operation = `creating the deploy key ${name}`;
    const params = { path: { deployment_name: deployment } };
    const options = { ...this.#management.at, params, body: { name } };
    const create = async () => {
      const { deployKey } = await this.#management.call(
        operation,
        () =>
          this.#management.api.POST("/deployments/{deployment_name}/create_deploy_key", options),
        false,
      );
      if (!deployKey) throw new VendorError("Convex", operation, "malformed");
      return deployKey;
    };
    return createOnce(create, async () => {
      await this.deleteKey(deployment, name);
      return undefined;
    });
  }

  /** Revokes a deploy key; one that is gone already is success. */
  async deleteKey(deployment: string, name: string): Promise<void> {
    const params = { path: { deployment_name: deployment } };
    const options = { ...this.#management.at, params, body: { id: name } };
    await orUndefined(
      this.#management.call(`revoking the deploy key ${name}`, () =>
        this.#management.api.POST("/deployments/{deployment_name}/delete_deploy_key", options),
      ),
    );
  }
}

function deploymentOf(answer: DeploymentAnswer, operation: string): CloudDeployment {
  const { name, deploymentUrl, deploymentType: type, projectId, reference } = answer;
  const { isDefault = false, class: size, region, expiresAt, previewIdentifier } = answer;
  const { createTime, lastDeployTime } = answer;
  if (!name || !deploymentUrl || !type || !projectId || !reference || !size || !region) {
    throw new VendorError("Convex", operation, "malformed");
  }
  // Whoever takes away what is old must not take a missing time for a distant one.
  if (!createTime) throw new VendorError("Convex", operation, "malformed");
  return {
    name,
    type,
    projectId,
    reference,
    isDefault,
    class: size,
    region,
    url: withoutTrailingSlash(deploymentUrl),
    expiresAt: expiresAt ?? undefined,
    previewName: previewIdentifier ?? undefined,
    updatedAt: lastDeployTime ?? createTime,
  };
}
