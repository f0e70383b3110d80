/**
 * Whether a registry is on this machine. Such a one speaks HTTP, and Helm insists on being told.
 * @param host with or without a port
 */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
}
