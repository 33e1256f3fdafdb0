/**
 * The one spelling of an account name, so that HR, JupyterHub, Workbench, Connect and Git agree:
 * trimmed, lower case, without mail domain (`Kim.Meier@example.com`) and Windows domain (`CORP\meierk`).
 * An empty result means that nobody is named.
 */
export function normaliseUser(value: string): string {
  const name = value.normalize('NFKC').trim().toLowerCase();
  const at = name.indexOf('@');
  const local = at > 0 ? name.slice(0, at) : name;
  return local.slice(local.lastIndexOf('\\') + 1).trim();
}
