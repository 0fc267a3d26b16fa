const adjectives = ["happy", "quiet", "brave", "amber", "swift", "merry", "polar", "lucky"];
const animals = ["otter", "heron", "lynx", "badger", "falcon", "marmot", "gecko", "ibex", "puffin"];

/** The deployment name of a number, `happy-otter-123`: another for each number. */
export function deploymentName(count: number): string {
  const adjective = adjectives[count % adjectives.length];
  const animal = animals[count % animals.length];
  return `${adjective}-${animal}-${100 + count}`;
}

/** A project's name as it is in addresses, unlike those taken. */
export function slugOf(name: string, taken: ReadonlySet<string>): string {
  const plain = wordsOf(name) || "project";
  let slug = plain;
  for (let count = 2; taken.has(slug); count += 1) slug = `${plain}-${count}`;
  return slug;
}

/** The reference of a preview deployment claimed under a name, unlike those taken. */
export function previewReference(identifier: string, taken: ReadonlySet<string>): string {
  const plain = identifier.toLowerCase().replaceAll(/[^a-z0-9/-]+/g, "-");
  let reference = `preview/${plain}`.slice(0, 100);
  for (let count = 2; taken.has(reference); count += 1) {
    reference = `${`preview/${plain}`.slice(0, 90)}-${count}`;
  }
  return reference;
}

function wordsOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
}
