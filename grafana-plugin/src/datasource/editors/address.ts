/** What is wrong with the ingestor's address, in words; null when nothing is. */
export function addressProblem(address: string): string | null {
  if (address === '') return 'The address is needed, such as http://localhost:9201';
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return 'This is no address; it looks like http://localhost:9201';
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'The address begins with http:// or https://';
  if (url.username !== '' || url.password !== '')
    return 'No user or password here: the token belongs in the field below';
  if (url.search !== '' || url.hash !== '') return 'Only the address, without ? or #';
  return null;
}

/** Whether a token sent there can be read on its way. */
export function isInsecure(address: string): boolean {
  if (addressProblem(address) !== null) return false;
  const { protocol, hostname } = new URL(address);
  // A name without a dot is a container or a service beside Grafana.
  const isNear = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) || !hostname.includes('.');
  return protocol === 'http:' && !isNear && !/\.(svc|local|internal|svc\.cluster\.local)$/.test(hostname);
}
