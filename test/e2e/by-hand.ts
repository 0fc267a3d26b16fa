import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createClerkClient } from "@clerk/backend";
import { Svix } from "svix";
import { deployProject, undeployProject } from "../../infra/clients/convex-cli.ts";
import type { LocalVendors } from "../../scripts/local/vendors.ts";
import { copyProject, type ProjectCopy } from "./project-copy.ts";

export type ByHand = ReturnType<typeof byHand>;

/** What somebody else does to an environment at its vendors, past the stack. */
export function byHand({ clerk, svix, convex, deployment }: LocalVendors) {
  const { signal } = new AbortController();
  const { endpoint } = new Svix(svix.token, { serverUrl: svix.url });
  const { deployKey } = deployment;
  const credentials = { kind: "deployKey", deployKey, provisionHost: convex.url } as const;

  function only(): { appId: string; id: string } {
    const [found] = svix.inventory().endpoints;
    if (!found) throw new Error("no endpoint");
    return found;
  }

  async function pushFrom(change: (copy: ProjectCopy) => Promise<void>): Promise<void> {
    await using copy = await copyProject();
    await change(copy);
    await deployProject({ directory: copy.directory, signal }, credentials);
  }

  return {
    async template() {
      const { secretKey } = clerk.instance;
      const { jwtTemplates } = createClerkClient({ secretKey, apiUrl: clerk.url });
      const [template] = (await jwtTemplates.list()).data;
      if (!template) throw new Error("no template");
      const { id: templateId, name, claims } = template;
      return {
        template,
        change: (settings: object) =>
          jwtTemplates.update({ templateId, name, claims, ...settings }),
        remove: () => jwtTemplates.delete(templateId),
      };
    },
    patchEndpoint: (change: object) => endpoint.patch(only().appId, only().id, change),
    rotateSecret: () => endpoint.rotateSecret(only().appId, only().id, {}),
    deleteEndpoint: () => endpoint.delete(only().appId, only().id),
    push: (file: string, change: (source: string) => string) =>
      pushFrom((copy) => copy.edit(file, change)),
    pushWith: (file: string, source: string) =>
      pushFrom(({ directory }) => writeFile(path.join(directory, file), source)),
    undeploy: () => undeployProject({ signal }, credentials),
  };
}
