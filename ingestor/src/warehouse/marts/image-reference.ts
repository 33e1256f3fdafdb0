/**
 * Digest of a registry from kube-state-metrics' `image_id`, '' when there is none: runtimes put prefixes before it, and a
 * bare `sha256:…` is the id of a local image, which no registry knows.
 */
export function registryDigest(imageId: string): string {
  const plain = imageId.replace(/^[a-z-]+:\/\//, '');
  return /@(sha256:[0-9a-f]+)$/.exec(plain)?.[1] ?? '';
}
