// Names that tell something of who uses them: services that give names or tunnels to anybody, cheap top-level domains,
// sites where things are dropped, sites that tell a host its own address. Public knowledge, November 2026.

/** Dynamic names and tunnels to a machine at home. */
export const DYNAMIC_DNS: ReadonlySet<string> = new Set(
  `duckdns.org no-ip.org no-ip.com no-ip.biz no-ip.info ddns.net hopto.org zapto.org sytes.net serveftp.com
  servehttp.com myftp.org myftp.biz redirectme.net dyndns.org dyndns.info dyndns.biz dynu.net dynu.com ngrok.io
  ngrok.com ngrok-free.app portmap.io portmap.host serveo.net localto.net ply.gg playit.gg chickenkiller.com mooo.com
  gotdns.ch bounceme.net onthewifi.com ddnsfree.com kozow.com publicvm.com loclx.io trycloudflare.com 3utilities.com
  viewdns.net webhop.me ddns.me giize.com gleeze.com accesscam.org linkpc.net myvnc.com blogsyte.com`.split(/\s+/),
);

/** Top-level domains that cost next to nothing, and country codes that are sold so. */
export const CHEAP_TLDS: ReadonlySet<string> = new Set(
  `top xyz tk ga site club pw ml cf click store bid stream download ws bit icu su cyou buzz rest gq space website fun
  best work gdn surf monster bar cam host press loan men`.split(/\s+/),
);

/** Where anybody leaves text or files without a name: a fact, for ordinary people do as well. */
export const DROP_SITES: ReadonlySet<string> = new Set(
  `api.telegram.org pastebin.com paste.ee hastebin.com rentry.co rentry.org transfer.sh cdn.discordapp.com
  anonfiles.com file.io gofile.io iplogger.org iplogger.com 0x0.st filebin.net catbox.moe bitbucket.org top4top.io
  mediafire.com mega.nz mega.co.nz tttttt.me sendspace.com ufile.io textbin.net steamcommunity.com t.me`.split(/\s+/),
);

/** Sites that tell a host the address under which the world sees it. */
export const ADDRESS_LOOKUPS: ReadonlySet<string> = new Set(
  `ipify.org icanhazip.com checkip.dyndns.org checkip.amazonaws.com myexternalip.com ip.anysrc.net myip.opendns.com
  freegeoip.net freegeoip.app freegeoip.live reallyfreegeoip.org ip-api.com ipinfo.io whatismyip.com whatismyip.net
  whatismyip.akamai.com whatismyipaddress.com whatismyipaddress.net ident.me ifconfig.me wtfismyip.com ip.sb ipecho.net
  ipwho.is curlmyip.com showip.net api.db-ip.com geoplugin.net`.split(/\s+/),
);
