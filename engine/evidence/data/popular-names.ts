// Well known names: what computers, phones and browsers of anybody talk to. Written down from general knowledge in
// November 2026, grouped by what they are; no name is taken from anybody's captures. A parent covers all names below.

/** What an idle or browsing system talks to by itself. */
const SYSTEMS = `microsoft.com windows.com windows.net windowsupdate.com msftncsi.com msftconnecttest.com live.com live.net
msn.com bing.com office.com office.net office365.com outlook.com skype.com onenote.net azureedge.net akadns.net
trafficmanager.net microsoftonline.com msauth.net msftauth.net msidentity.com sharepoint.com windowsphone.com s-msn.com
visualstudio.com vscode-cdn.net xboxlive.com xbox.com hotmail.com aspnetcdn.com gfx.ms msecnd.net microsoftstore.com
bing.net msedge.net static-microsoft.com wns.windows.com virtualearth.net mojang.com minecraft.net linkedin.com licdn.com
apple.com icloud.com mzstatic.com cdn-apple.com apple-dns.net me.com aaplimg.com itunes.com apple-cloudkit.com
google.com googleapis.com gstatic.com gvt1.com gvt2.com googleusercontent.com google-analytics.com googletagmanager.com
googlesyndication.com googleadservices.com doubleclick.net ggpht.com ytimg.com youtube.com android.com gmail.com
googlevideo.com googletagservices.com withgoogle.com youtube-nocookie.com recaptcha.net 1e100.net google.de google.co.uk
google.fr google.ca google.co.in google.co.jp google.es google.it google.com.br google.com.au google.nl google.pl chrome.com
2mdn.net admob.com crashlytics.com firebaseio.com app-measurement.com googleoptimize.com feedburner.com blogblog.com
mozilla.org mozilla.com mozilla.net firefox.com thunderbird.net getpocket.com opera.com operacdn.com vivaldi.com brave.com
adobe.com adobe.io adobedtm.com typekit.net omtrdc.net demdex.net macromedia.com 2o7.net everesttech.net adobelogin.com
ubuntu.com canonical.com debian.org gnome.org kde.org fedoraproject.org redhat.com centos.org archlinux.org kali.org
opensuse.org suse.com linuxmint.com gentoo.org freebsd.org launchpad.net snapcraft.io kernel.org gnu.org alpinelinux.org
samsung.com samsungcloudsolution.com samsungelectronics.com samsungapps.com samsungdm.com huawei.com hicloud.com
xiaomi.com miui.com mi.com oppo.com vivo.com oneplus.com sony.com sonyentertainmentnetwork.com playstation.com
playstation.net nintendo.net nintendo.com lenovo.com hp.com dell.com asus.com acer.com toshiba.com intel.com nvidia.com
amd.com realtek.com logitech.com canon.com epson.com brother.com lge.com lgtvsdp.com lgsmartad.com motorola.com nokia.com
in-addr.arpa ip6.arpa java.com java.net oracle.com sun.com vmware.com citrix.com cisco.com webex.com`;

/** Certificate authorities and their revocation lists. */
const AUTHORITIES = `digicert.com verisign.com symcb.com symcd.com symantec.com symantecliveupdate.com globalsign.com
globalsign.net entrust.net usertrust.com comodoca.com comodo.com sectigo.com letsencrypt.org lencr.org identrust.com
pki.goog thawte.com geotrust.com rapidssl.com godaddy.com starfieldtech.com trust-provider.com amazontrust.com
quovadisglobal.com startssl.com wosign.com buypass.com swisssign.com certum.pl trustwave.com ws.symantec.com omniroot.com
public-trust.com digitalcertvalidation.com netsolssl.com gandi.net tucows.com ssl.com zerossl.com secomtrust.net`;

/** Networks that deliver what others publish. */
const DELIVERY = `akamai.net akamaized.net akamaiedge.net akamaihd.net akamaitechnologies.com edgesuite.net edgekey.net
akstat.io akamaistream.net fastly.net fastlylb.net cloudflare.com cloudflare.net cloudflareinsights.com cloudflare-dns.com
cdnjs.com jsdelivr.net unpkg.com jquery.com bootstrapcdn.com fontawesome.com llnwd.net limelight.com footprint.net
level3.net cdn77.org cdn77.com stackpathcdn.com stackpathdns.com netdna-cdn.com netdna-ssl.com maxcdn.com maxcdn.bootstrapcdn.com
keycdn.com kxcdn.com bunnycdn.com b-cdn.net cachefly.net edgecastcdn.net systemcdn.net v0cdn.net azioncdn.net incapdns.net
impervadns.net sucuri.net chinacache.net wscdns.com lxdns.com kunlunca.com kunlunsl.com alikunlun.com cdngslb.com
ntp.org ntppool.org pool.ntp.org nist.gov opendns.com quad9.net dyn.com ultradns.net dnsmadeeasy.com nsone.net awsdns.com
awsglobalaccelerator.com wp.com gravatar.com typekit.com fonts.net webtype.com polyfill.io trustarc.com onetrust.com
cookielaw.org cookiebot.com usercentrics.eu consensu.org`;

/** Advertising, counting, tags. */
const COUNTING = `adnxs.com criteo.com criteo.net rubiconproject.com pubmatic.com openx.net casalemedia.com indexww.com
scorecardresearch.com quantserve.com quantcount.com comscore.com chartbeat.com chartbeat.net newrelic.com nr-data.net
bluekai.com addthis.com addthisedge.com sharethis.com outbrain.com taboola.com taboolasyndication.com moatads.com
adsafeprotected.com doubleverify.com serving-sys.com sizmek.com flashtalking.com mathtag.com turn.com tubemogul.com
advertising.com adtech.de adtechus.com atwola.com yieldmo.com yieldlab.net smartadserver.com adform.net adition.com
adscale.de theadex.com ioam.de meetrics.net emetriq.de nuggad.net zedo.com tribalfusion.com exponential.com lijit.com
sovrn.com contextweb.com bidswitch.net rlcdn.com agkn.com krxd.net exelator.com eyeota.net crwdcntrl.net tapad.com
adsrvr.org rfihub.com demandbase.com marketo.com marketo.net mktoresp.com hubspot.com hs-scripts.com hs-analytics.net
pardot.com eloqua.com optimizely.com mixpanel.com segment.com segment.io amplitude.com heapanalytics.com hotjar.com
crazyegg.com mouseflow.com fullstory.com clicktale.net kissmetrics.com statcounter.com histats.com hit.gemius.pl gemius.pl
yandex.ru yandex.net yandex.com yastatic.net mail.ru mradx.net imgsmail.ru tns-counter.ru rambler.ru top100.ru
adriver.ru adfox.ru branch.io appsflyer.com adjust.com adjust.io kochava.com singular.net flurry.com vungle.com
applovin.com chartboost.com unity3d.com unityads.unity3d.com inmobi.com mopub.com startappservice.com supersonicads.com
ironsrc.com tapjoy.com adcolony.com leanplum.com urbanairship.com pushwoosh.com onesignal.com braze.com appboy.com
bugsnag.com sentry.io sentry-cdn.com rollbar.com instabug.com helpshift.com intercom.io intercomcdn.com zendesk.com
zdassets.com zopim.com livechatinc.com tawk.to olark.com drift.com disqus.com disquscdn.com gigya.com janrain.com
360yield.com 33across.com 3lift.com adgrx.com adhigh.net admedo.com adroll.com adsymptotic.com amazon-adsystem.com
ml314.com bizographics.com bounceexchange.com cxense.com dotomi.com conversantmedia.com effectivemeasure.net
imrworldwide.com nielsen.com ipredictive.com loopme.me media.net mediamath.com narrative.io nativo.com netmng.com
owneriq.net plista.com ligatus.com popads.net propellerads.com pulsepoint.com revcontent.com simpli.fi sitescout.com
skimresources.com viglink.com spotxchange.com spotx.tv teads.tv tremorhub.com undertone.com w55c.net zergnet.com
webtrends.com webtrendslive.com coremetrics.com liveperson.net lpsnmedia.net tealiumiq.com tiqcdn.com ensighten.com
bazaarvoice.com powerreviews.com trustpilot.com richrelevance.com monetate.net evergage.com dynamicyield.com`;

/** Sites, shops, news, games, messengers that many use. */
const SITES = `facebook.com facebook.net fbcdn.net fbsbx.com messenger.com instagram.com cdninstagram.com whatsapp.com
whatsapp.net oculus.com twitter.com twimg.com t.co x.com periscope.tv pinterest.com pinimg.com reddit.com redd.it
redditstatic.com redditmedia.com snapchat.com sc-cdn.net tiktok.com tiktokcdn.com tiktokv.com byteoversea.com musical.ly
tumblr.com quora.com medium.com stackoverflow.com stackexchange.com sstatic.net imgur.com giphy.com tenor.com flickr.com
staticflickr.com vimeo.com vimeocdn.com dailymotion.com dmcdn.net twitch.tv ttvnw.net jtvnw.net netflix.com nflxvideo.net
nflximg.net nflxext.com nflxso.net hulu.com hulustream.com disneyplus.com dssott.com hbo.com spotify.com scdn.co
spotifycdn.com pandora.com soundcloud.com sndcdn.com deezer.com dzcdn.net tidal.com last.fm shazam.com roku.com
amazon.com amazon.de amazon.co.uk amazon.fr amazon.in amazon.ca amazon.co.jp media-amazon.com ssl-images-amazon.com
images-amazon.com amazonvideo.com primevideo.com amazonalexa.com alexa.com audible.com imdb.com goodreads.com kindle.com
ebay.com ebay.de ebayimg.com ebaystatic.com ebayrtm.com paypal.com paypalobjects.com braintreegateway.com stripe.com
stripe.network visa.com mastercard.com squareup.com klarna.com adyen.com worldpay.com walmart.com walmartimages.com
target.com bestbuy.com homedepot.com lowes.com costco.com etsy.com etsystatic.com wayfair.com ikea.com zalando.de
aliexpress.com alicdn.com alibaba.com taobao.com tmall.com alipay.com alipayobjects.com mmstat.com jd.com 360buyimg.com
baidu.com bdstatic.com bdimg.com baidustatic.com qq.com gtimg.com gtimg.cn qpic.cn qlogo.cn weixin.qq.com wechat.com
tencent.com myqcloud.com sina.com.cn sinaimg.cn weibo.com weibo.cn 163.com 126.net netease.com sohu.com sogou.com
youku.com ykimg.com iqiyi.com iqiyipic.com bilibili.com hdslb.com zhihu.com zhimg.com douyin.com bytedance.com pstatp.com
toutiao.com snssdk.com amap.com autonavi.com ctrip.com meituan.com dianping.com 360.cn 360.com qihoo.com qhimg.com
line.me line-apps.com line-cdn.net naver.com pstatic.net daum.net kakao.com kakaocdn.net yahoo.com yimg.com yahoo.co.jp
yahooapis.com yahoodns.net aol.com aolcdn.com oath.com verizonmedia.com flurry.com rakuten.co.jp wikipedia.org wikimedia.org
wikidata.org mediawiki.org wiktionary.org archive.org duckduckgo.com ecosia.org startpage.com qwant.com ask.com
cnn.com cnn.io turner.com bbc.com bbc.co.uk bbci.co.uk nytimes.com nyt.com washingtonpost.com theguardian.com guim.co.uk
guardianapis.com foxnews.com fncstatic.com nbcnews.com cbsnews.com abcnews.com go.com espn.com espncdn.com usatoday.com
gannett-cdn.com reuters.com reutersmedia.net bloomberg.com bwbx.io wsj.com wsj.net ft.com economist.com forbes.com
forbesimg.com businessinsider.com huffpost.com huffingtonpost.com buzzfeed.com buzzfed.com vox.com voxmedia.com vox-cdn.com
theverge.com cnet.com cbsi.com cbsistatic.com zdnet.com wired.com arstechnica.com techcrunch.com engadget.com gizmodo.com
mashable.com pcmag.com dailymail.co.uk dailymail.com telegraph.co.uk independent.co.uk mirror.co.uk spiegel.de zeit.de
bild.de welt.de faz.net sueddeutsche.de heise.de t-online.de web.de gmx.net gmx.de 1und1.de lemonde.fr lefigaro.fr
orange.fr free.fr leboncoin.fr elpais.com elmundo.es marca.com corriere.it repubblica.it seznam.cz szn.cz imedia.cz
novinky.cz idnes.cz ctk.cz centrum.cz onet.pl wp.pl interia.pl allegro.pl gazeta.pl vk.com vk.me userapi.com vkuser.net
ok.ru mycdn.me telegram.org telegram.me signal.org whispersystems.org viber.com cdn.viber.com rakuten.com discord.com
discord.gg discordapp.com discordapp.net discord.media slack.com slack-edge.com slackb.com zoom.us zoom.com zoomgov.com
teams.microsoft.com skypeassets.com lync.com gotomeeting.com logmein.com logmeininc.com teamviewer.com anydesk.com
steampowered.com steamstatic.com steamcontent.com steamserver.net valvesoftware.com epicgames.com unrealengine.com ea.com
origin.com riotgames.com leagueoflegends.com blizzard.com battle.net blizzard.cn ubi.com ubisoft.com rockstargames.com
roblox.com rbxcdn.com supercell.com supercell.net king.com zynga.com gog.com wargaming.net worldoftanks.eu gameloft.com
booking.com bstatic.com airbnb.com muscache.com expedia.com tripadvisor.com tacdn.com uber.com lyft.com grab.com
yelp.com yelpcdn.com opentable.com zillow.com trulia.com craigslist.org indeed.com glassdoor.com monster.com coursera.org
udemy.com khanacademy.org duolingo.com edx.org mit.edu stanford.edu harvard.edu berkeley.edu nih.gov nasa.gov weather.com
accuweather.com weather.gov wunderground.com timeanddate.com noaa.gov europa.eu who.int un.org gov.uk service.gov.uk
salesforce.com force.com salesforceliveagent.com exacttarget.com oraclecloud.com sap.com ibm.com servicenow.com
workday.com atlassian.com atlassian.net bitbucket.com trello.com trellocdn.com asana.com notion.so airtable.com
zapier.com mailchimp.com list-manage.com chimpstatic.com constantcontact.com sendgrid.net sendgrid.com mandrillapp.com
surveymonkey.com typeform.com eventbrite.com meetup.com shopify.com shopifycdn.com squarespace.com sqspcdn.com wix.com
wixstatic.com parastorage.com weebly.com editmysite.com wordpress.com wordpress.org automattic.com godaddysites.com
npmjs.org npmjs.com pypi.org pythonhosted.org python.org rubygems.org packagist.org maven.org nodejs.org golang.org
rust-lang.org crates.io docker.com docker.io gitlab.com sourceforge.net apache.org nginx.org nginx.com mysql.com
postgresql.org mongodb.com elastic.co grafana.com hashicorp.com jetbrains.com eclipse.org videolan.org 7-zip.org
notepad-plus-plus.org winrar.com rarlab.com piriform.com ccleaner.com malwarebytes.com avast.com avcdn.net avg.com
avira.com kaspersky.com kaspersky-labs.com mcafee.com mcafeesecure.com norton.com nortonlifelock.com eset.com
bitdefender.com bitdefender.net trendmicro.com sophos.com sophosxl.net f-secure.com pandasecurity.com webroot.com
virustotal.com fortinet.com fortiguard.com paloaltonetworks.com checkpoint.com zonealarm.com crowdstrike.com
carbonblack.io cylance.com secunia.com flexera.com wireshark.org nmap.org dropboxstatic.com evernote.com grammarly.com
lastpass.com 1password.com dashlane.com nordvpn.com expressvpn.com bank-of-america.com bankofamerica.com chase.com
wellsfargo.com citi.com capitalone.com americanexpress.com hsbc.com barclays.co.uk santander.com ing.com
deutsche-bank.de commerzbank.de sparkasse.de csob.cz kb.cz csas.cz airbank.cz moneta.cz fio.cz equabank.cz
verizon.com verizonwireless.com att.com t-mobile.com comcast.net comcast.com xfinity.com cox.net spectrum.com vodafone.com
telekom.de o2online.de orange.com bt.com sky.com virginmedia.com telefonica.com`;

/** Makers' clouds that devices at home talk to. */
const DEVICES = `philips.com meethue.com philips-hue.com belkin.com xbcs.net withings.net withings.com netatmo.net
netatmo.com nest.com dropcam.com ring.com ringapi.com tplinkcloud.com tp-link.com dlink.com mydlink.com edimax.com
netgear.com linksys.com ubnt.com ui.com amcrest.com arlo.com wyze.com tuya.com tuyaus.com tuyaeu.com tuyacn.com smartthings.com
sonos.com bose.com harmonyremote.com myharmony.com honeywell.com alarm.com fitbit.com garmin.com ecobee.com august.com
ismartgate.com osram.com lightify.com lifx.co lifx.com ikea.net ismart.com homematic.com eq-3.de eq-3.com smarter.am
ednet.de aria.fitbit.com dyson.com irobot.com ecovacs.com roborock.com`;

/** Where anybody may store and publish files. */
const ANYBODY = `amazonaws.com cloudfront.net azure.com azurewebsites.net blob.core.windows.net cloudapp.net cloudapp.azure.com
googledrive.com docs.google.com drive.google.com storage.googleapis.com sites.google.com appspot.com firebaseapp.com web.app
github.com githubusercontent.com github.io githubassets.com dropbox.com dropboxusercontent.com onedrive.live.com
1drv.ms 1drv.com box.com mediafire.com mega.nz mega.co.nz bitbucket.org wetransfer.com blogspot.com blogger.com
cdn.discordapp.com media.discordapp.net herokuapp.com netlify.app netlify.com vercel.app pages.dev workers.dev
digitaloceanspaces.com backblazeb2.com wasabisys.com aliyuncs.com file.myqcloud.com weebly.net 000webhostapp.com
pastebin.com archive.is sendspace.com 4shared.com rapidgator.net sharefile.com egnyte.com slideshare.net scribd.com`;

function names(text: string): string[] {
  return text.split(/\s+/);
}

/** 'own': its owner publishes what is there. 'anybody': everybody may store files there. */
export const POPULAR: ReadonlyMap<string, 'own' | 'anybody'> = new Map([
  ...[SYSTEMS, AUTHORITIES, DELIVERY, COUNTING, SITES, DEVICES]
    .flatMap(names)
    .map((name): [string, 'own'] => [name, 'own']),
  ...names(ANYBODY).map((name): [string, 'anybody'] => [name, 'anybody']),
]);
