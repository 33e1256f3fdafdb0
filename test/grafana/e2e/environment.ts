/** Where the Grafana under test is and what it may reach; see README.md. */
export const grafanaUrl = process.env['GRAFANA_URL'] ?? '';

export const admin = {
  user: process.env['GRAFANA_USER'] ?? 'admin',
  password: process.env['GRAFANA_PASSWORD'] ?? 'admin',
};

/** The ingestor as Grafana reaches it, and a token that may read. */
export const ingestor = {
  url: process.env['SCE_URL'] ?? 'http://localhost:9201',
  token: process.env['SCE_READ_TOKEN'] ?? '',
};

/** User name of somebody who has workspaces; set where the ingestor verifies Grafana's identities (access.grafana). */
export const viewerLogin = process.env['SCE_VIEWER'] ?? '';

export function basic({
  user,
  password,
}: {
  readonly user: string;
  readonly password: string;
}): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
