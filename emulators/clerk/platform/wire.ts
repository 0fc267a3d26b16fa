import { type Application, type ApplicationInstance, domainOf } from "./applications.ts";

/** Shapes: clerk/openapi-specs, platform/beta.yml. */

export const applicationOut = (
  { id, name, instances }: Application,
  includeSecretKeys = false,
) => ({
  application_id: id,
  name,
  instances: instances.map(({ state }) => ({
    instance_id: state.id,
    environment_type: state.environmentType,
    ...(includeSecretKeys && { secret_key: state.secretKey }),
    publishable_key: state.publishableKey,
  })),
});

export const instanceOut = (instance: ApplicationInstance) => ({
  object: "instance",
  id: instance.state.id,
  environment_type: instance.state.environmentType,
  active_domain: domainOut(instance),
  secret_key: instance.state.secretKey,
  publishable_key: instance.state.publishableKey,
  created_at: instance.createdAt,
  updated_at: instance.updatedAt,
});

/** Of a production instance, so with the records that its owner makes in the DNS. */
export const domainOut = (instance: ApplicationInstance) => {
  const { id, name, frontendApiUrl } = domainOf(instance);
  return {
    object: "domain",
    id,
    name,
    is_satellite: false,
    is_provider_domain: false,
    frontend_api_url: frontendApiUrl,
    development_origin: "",
    accounts_portal_url: `https://accounts.${name}`,
    cname_targets: [
      { host: `clerk.${name}`, value: "frontend-api.clerk.services", required: true },
      { host: `accounts.${name}`, value: "accounts.clerk.services", required: true },
    ],
    created_at: new Date(instance.createdAt).toISOString(),
    updated_at: new Date(instance.updatedAt).toISOString(),
  };
};

export const deletedOut = (id: string) => ({ deleted: true, object: "deleted", id });
