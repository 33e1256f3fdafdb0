/** An image reference taken apart, as container runtimes read it. */
export interface ImageReference {
  /** `docker.io` where the reference names none. */
  readonly host: string;
  /** `library/python` for Docker Hub's official `python`. */
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

const REPOSITORY = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;

/** Null when it is no reference to a registry, such as the bare id of a local image. */
export function parseReference(image: string): ImageReference | null {
  const [name = '', digest = ''] = image.split('@', 2);
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const host = hasHost ? first.replace(/^(?:index|registry-1)\.docker\.io$/, 'docker.io') : 'docker.io';
  const path = hasHost ? name.slice(slash + 1) : name;
  const colon = path.indexOf(':');
  const repository = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? '' : path.slice(colon + 1);
  if (!REPOSITORY.test(repository) || !/^(?:\w[\w.-]{0,127})?$/.test(tag) || /^sha256$/.test(repository)) return null;
  const official = host === 'docker.io' && !repository.includes('/');
  return { host, repository: official ? `library/${repository}` : repository, tag, digest };
}
