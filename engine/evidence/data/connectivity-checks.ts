// Hosts that systems ask whether they are connected; they say nothing of who asks. Public knowledge, November 2026.

export const CONNECTIVITY_CHECKS: ReadonlySet<string> = new Set([
  'connectivity-check.ubuntu.com',
  'captive.apple.com',
  'detectportal.firefox.com',
  'connectivitycheck.gstatic.com',
  'connectivitycheck.android.com',
  'nmcheck.gnome.org',
  'network-test.debian.org',
  'clients1.google.com',
  'clients3.google.com',
  'www.msftconnecttest.com',
  'ipv6.msftconnecttest.com',
  'www.msftncsi.com',
  'fedoraproject.org',
  'ping.archlinux.org',
]);
