// Well known names: what computers, phones and browsers of anybody talk to. Written down from general knowledge in
// November 2026, grouped by what they are; no name is taken from anybody's captures. A parent covers all names below.
// A name here says 'known', not 'good'.

/** What an idle or browsing Windows host talks to by itself. */
const BACKGROUND = `microsoft.com windows.com windows.net windowsupdate.com msftncsi.com msftconnecttest.com live.com
live.net msn.com bing.com office.com office.net office365.com outlook.com skype.com onenote.net azureedge.net
azure.com akamaized.net akamaiedge.net akadns.net trafficmanager.net digicert.com verisign.com symcb.com symcd.com
globalsign.com globalsign.net entrust.net usertrust.com comodoca.com sectigo.com letsencrypt.org lencr.org
identrust.com pki.goog google.com googleapis.com gstatic.com gvt1.com googleusercontent.com mozilla.org mozilla.com
mozilla.net firefox.com adobe.com in-addr.arpa ip6.arpa wpad isatap`;

/** Makers of systems, applications and devices. */
const SYSTEMS = `microsoftonline.com msauth.net msftauth.net msidentity.com windowsphone.com s-msn.com
visualstudio.com vscode-cdn.net xboxlive.com xbox.com hotmail.com aspnetcdn.com gfx.ms msecnd.net microsoftstore.com
bing.net msedge.net static-microsoft.com wns.windows.com virtualearth.net mojang.com minecraft.net linkedin.com
licdn.com apple.com icloud.com mzstatic.com cdn-apple.com apple-dns.net me.com aaplimg.com itunes.com
apple-cloudkit.com gvt2.com google-analytics.com googletagmanager.com googlesyndication.com googleadservices.com
doubleclick.net ggpht.com ytimg.com youtube.com android.com gmail.com googlevideo.com googletagservices.com
withgoogle.com youtube-nocookie.com recaptcha.net 1e100.net google.de google.co.uk google.fr google.ca google.co.in
google.co.jp google.es google.it google.com.br google.com.au google.nl google.pl chrome.com 2mdn.net admob.com
crashlytics.com firebaseio.com app-measurement.com googleoptimize.com feedburner.com blogblog.com thunderbird.net
getpocket.com opera.com operacdn.com vivaldi.com brave.com adobe.io adobedtm.com typekit.net omtrdc.net demdex.net
macromedia.com 2o7.net everesttech.net adobelogin.com ubuntu.com canonical.com debian.org gnome.org kde.org
fedoraproject.org redhat.com centos.org archlinux.org kali.org opensuse.org suse.com linuxmint.com gentoo.org
freebsd.org launchpad.net snapcraft.io kernel.org gnu.org alpinelinux.org samsung.com samsungcloudsolution.com
samsungelectronics.com samsungapps.com samsungdm.com huawei.com hicloud.com xiaomi.com miui.com mi.com oppo.com
vivo.com oneplus.com sony.com sonyentertainmentnetwork.com playstation.com playstation.net nintendo.net nintendo.com
lenovo.com hp.com dell.com asus.com acer.com toshiba.com intel.com nvidia.com amd.com realtek.com logitech.com
canon.com epson.com brother.com lge.com lgtvsdp.com lgsmartad.com motorola.com nokia.com java.com java.net oracle.com
sun.com vmware.com citrix.com cisco.com webex.com microsoftonline-p.com microsoftpersonalcontent.com msocdn.com
office.de onenote.com onmicrosoft.com s-microsoft.com sharepointonline.com sway.com vsassets.io xboxservices.com
windowssearch.com azurefd.net azurerms.com bingapis.com lync.com passport.net passport.com minecraftservices.com
nuget.org powershellgallery.com icloud-content.com apple-mapkit.com chromium.org googlesource.com gvt3.com youtu.be
googlezip.net google.com.hk google.co.kr google.cn google.ru google.com.mx google.com.tr google.com.tw google.ch
google.at google.be google.se google.dk google.no google.fi google.pt google.cz google.gr google.hu goo.gl g.co
android.clients.google.com nest.com dropcam.com fitbit.com waze.com deepmind.com samsungcloud.com samsungcloudcdn.com
samsungosp.com samsungotn.net samsungrm.net smartthings.com samsunghrm.com samsungacr.com dbankcloud.com dbankcdn.com
honor.cn vmall.com xiaomi.net oppomobile.com heytapmobi.com vivo.com.cn vivoglobal.com oneplus.net realme.com
lgappstv.com sony.net nintendowifi.net panasonic.com sharp.com hitachi.com philips.com meethue.com philips-hue.com
signify.com hisense.com tcl.com vizio.com roku.com amazonvideo.com amazonalexa.com ring.com blinkforhome.com eero.com
kindle.com fireoscaptiveportal.com hpconnected.com hpeprint.com hp.io hpe.com lenovomm.com asuscomm.com msi.com
gigabyte.com epsonconnect.com epson.net canon.jp brother.co.jp lexmark.com xerox.com ricoh.com
kyoceradocumentsolutions.com konicaminolta.com nvidiagrid.net geforce.com qualcomm.com broadcom.com arm.com
mediatek.com izatcloud.net gpsonextra.net logitech.io razer.com razerzone.com corsair.com steelseries.com garmin.com
tomtom.com here.com gopro.com dji.com sonos.com bose.com harman.com jbl.com denon.com withings.com withings.net
netatmo.com netatmo.net tado.com ecobee.com honeywell.com honeywellhome.com xbcs.net belkin.com wemo.com ifttt.com
tuya.com tuyaus.com tuyaeu.com tuyacn.com smart-life.com ewelink.cc coolkit.cc itead.cc tplinkcloud.com tp-link.com
tplinkra.com kasasmart.com netgear.com dlink.com linksys.com linksyssmartwifi.com ubnt.com ui.com zyxel.com
mikrotik.com draytek.com avm.de synology.com synology.me qnap.com myqnapcloud.com wd.com mycloud.com wdc.com
seagate.com drobo.com irobot.com roborock.com ecovacs.com dyson.com miele.com bosch-home.com home-connect.com
siemens.com schneider-electric.com abb.com somfy.com legrand.com lutron.com lifx.co lifx.com yeelight.com ikea.com
ikea.net arlo.com wyze.com wyzecam.com eufylife.com hikvision.com hik-connect.com ezvizlife.com dahuasecurity.com
easy4ip.com reolink.com axis.com amcrestcloud.com foscam.com tesla.com tesla.services teslamotors.com bmw.com
bmwgroup.com mercedes-benz.com volkswagen.com vw.com audi.com toyota.com ford.com gm.com onstar.com adobess.com
adobecc.com typekit.com behance.net photoshop.com autodesk.com mysql.com sap.com salesforce.com force.com
salesforceliveagent.com ibm.com citrixonline.com gotomeeting.com servicenow.com workday.com intuit.com quickbooks.com
atlassian.com atlassian.net jira.com trello.com slack.com slack-edge.com slack-msgs.com zoom.us zoom.com zoomgov.com
ciscospark.com wbx2.com teamviewer.com anydesk.com logmein.com logmeininc.com gotomypc.com lastpass.com 1password.com
bitwarden.com dashlane.com okta.com oktacdn.com auth0.com duosecurity.com onelogin.com pingidentity.com notion.so
notion.com evernote.com asana.com monday.com airtable.com figma.com canva.com miro.com grammarly.com grammarly.io
zendesk.com zdassets.com freshdesk.com hubspot.com hubspot.net intercom.io intercomcdn.com mailchimp.com sendgrid.net
sendgrid.com mandrillapp.com constantcontact.com surveymonkey.com typeform.com docusign.com docusign.net jetbrains.com
eclipse.org apache.org openbsd.org netbsd.org raspberrypi.com raspberrypi.org python.org pypi.org pythonhosted.org
npmjs.org npmjs.com nodejs.org rubygems.org ruby-lang.org golang.org go.dev rust-lang.org crates.io maven.org
gradle.org packagist.org php.net perl.org cpan.org r-project.org docker.com docker.io kubernetes.io k8s.io helm.sh
ansible.com hashicorp.com terraform.io elastic.co grafana.com mongodb.com redis.io postgresql.org sqlite.org
mariadb.org openssl.org nginx.org nginx.com haproxy.org videolan.org gimp.org libreoffice.org openoffice.org 7-zip.org
rarlab.com notepad-plus-plus.org putty.org winzip.com ccleaner.com piriform.com realvnc.com wireshark.org
virtualbox.org torproject.org opera-api.com bravesoftware.com duckduckgo.com kaspersky.com kaspersky-labs.com
symantec.com norton.com symantecliveupdate.com mcafee.com avast.com avcdn.net avg.com avira.com bitdefender.com
bitdefender.net eset.com f-secure.com sophos.com sophosupd.com sophosxl.net trendmicro.com malwarebytes.com mwbsys.com
pandasecurity.com comodo.com webroot.com crowdstrike.com sentinelone.net paloaltonetworks.com fortinet.com
fortiguard.net fortiguard.com checkpoint.com zscaler.com zscaler.net drweb.com gdata.de 360.cn 360safe.com qihoo.com`;

/** Authorities that sign certificates, and their revocation lists. */
const AUTHORITIES = `thawte.com geotrust.com rapidssl.com godaddy.com starfieldtech.com trust-provider.com
amazontrust.com quovadisglobal.com startssl.com wosign.com buypass.com swisssign.com certum.pl trustwave.com
ws.symantec.com omniroot.com public-trust.com digitalcertvalidation.com netsolssl.com gandi.net tucows.com ssl.com
zerossl.com secomtrust.net symauth.com swisssign.net buypass.no telesec.de d-trust.net actalis.it harica.gr
trust-provider.cn comodo.net trustasia.com cfca.com.cn usertrust.net networksolutions.com ocsp-certum.com
globaltrust.eu certificates.starfieldtech.com xramp.com camerfirma.com izenpe.com`;

/** Networks that deliver what others publish; providers of names and of time. */
const DELIVERY = `akamai.net akamaihd.net akamaitechnologies.com edgesuite.net edgekey.net akstat.io akamaistream.net
fastly.net fastlylb.net cloudflare.com cloudflare.net cloudflareinsights.com cloudflare-dns.com cdnjs.com jsdelivr.net
unpkg.com jquery.com bootstrapcdn.com fontawesome.com llnwd.net limelight.com footprint.net level3.net cdn77.org
cdn77.com stackpathcdn.com stackpathdns.com netdna-cdn.com netdna-ssl.com maxcdn.com maxcdn.bootstrapcdn.com
keycdn.com kxcdn.com bunnycdn.com b-cdn.net cachefly.net edgecastcdn.net systemcdn.net v0cdn.net azioncdn.net
incapdns.net impervadns.net sucuri.net chinacache.net wscdns.com lxdns.com kunlunca.com kunlunsl.com alikunlun.com
cdngslb.com ntp.org ntppool.org pool.ntp.org nist.gov opendns.com quad9.net dyn.com ultradns.net dnsmadeeasy.com
nsone.net awsdns.com awsglobalaccelerator.com gravatar.com fonts.net webtype.com polyfill.io trustarc.com onetrust.com
cookielaw.org cookiebot.com usercentrics.eu consensu.org akamai.com akam.net llnwi.net lldns.net fastly.com
edgecast.com maxcdn-edge.com highwinds.com hwcdn.net imperva.com ccgslb.com cdngc.net cdnetworks.net cdnetworks.com
wsglb0.com quantil.com alicdn.com alibabadns.com tbcdn.cn bdstatic.com bdimg.com qhimg.com qhimgs.com qhmsg.com
gtimg.com gtimg.cn myqcloud.com tdnsv5.com qpic.cn qlogo.cn cdntip.com gslb.com yunjiasu-cdn.net baidubce.com
bcebos.com gcorelabs.com gcdn.co bunny.net level3.com cogentco.com he.net ntt.net gtt.net telia.net ntp.se dns.google
one.one.one.one nextdns.io adguard.com adguard-dns.com root-servers.net gtld-servers.net iana.org icann.org ripe.net
arin.net apnic.net ultradns.com dynect.net domaincontrol.com registrar-servers.com`;

/** Advertising, counting, tracking, tags. */
const COUNTING = `adnxs.com criteo.com criteo.net rubiconproject.com pubmatic.com openx.net casalemedia.com
indexww.com scorecardresearch.com quantserve.com quantcount.com comscore.com chartbeat.com chartbeat.net newrelic.com
nr-data.net bluekai.com addthis.com addthisedge.com sharethis.com outbrain.com taboola.com taboolasyndication.com
moatads.com adsafeprotected.com doubleverify.com serving-sys.com sizmek.com flashtalking.com mathtag.com turn.com
tubemogul.com advertising.com adtech.de adtechus.com atwola.com yieldmo.com yieldlab.net smartadserver.com adform.net
adition.com adscale.de theadex.com ioam.de meetrics.net emetriq.de nuggad.net zedo.com tribalfusion.com
exponential.com lijit.com sovrn.com contextweb.com bidswitch.net rlcdn.com agkn.com krxd.net exelator.com eyeota.net
crwdcntrl.net tapad.com adsrvr.org rfihub.com demandbase.com marketo.com marketo.net mktoresp.com hs-scripts.com
hs-analytics.net pardot.com eloqua.com optimizely.com mixpanel.com segment.com segment.io amplitude.com
heapanalytics.com hotjar.com crazyegg.com mouseflow.com fullstory.com clicktale.net kissmetrics.com statcounter.com
histats.com hit.gemius.pl gemius.pl yandex.ru yandex.net yandex.com yastatic.net mail.ru mradx.net imgsmail.ru
tns-counter.ru rambler.ru top100.ru adriver.ru adfox.ru branch.io appsflyer.com adjust.com adjust.io kochava.com
singular.net flurry.com vungle.com applovin.com chartboost.com unity3d.com unityads.unity3d.com inmobi.com mopub.com
startappservice.com supersonicads.com ironsrc.com tapjoy.com adcolony.com leanplum.com urbanairship.com pushwoosh.com
onesignal.com braze.com appboy.com bugsnag.com sentry.io sentry-cdn.com rollbar.com instabug.com helpshift.com
zopim.com livechatinc.com tawk.to olark.com drift.com disqus.com disquscdn.com gigya.com janrain.com 360yield.com
33across.com 3lift.com adgrx.com adhigh.net admedo.com adroll.com adsymptotic.com amazon-adsystem.com ml314.com
bizographics.com bounceexchange.com cxense.com dotomi.com conversantmedia.com effectivemeasure.net imrworldwide.com
nielsen.com ipredictive.com loopme.me media.net mediamath.com narrative.io nativo.com netmng.com owneriq.net
plista.com ligatus.com popads.net propellerads.com pulsepoint.com revcontent.com simpli.fi sitescout.com
skimresources.com viglink.com spotxchange.com spotx.tv teads.tv tremorhub.com undertone.com w55c.net zergnet.com
webtrends.com webtrendslive.com coremetrics.com liveperson.net lpsnmedia.net tealiumiq.com tiqcdn.com ensighten.com
bazaarvoice.com powerreviews.com trustpilot.com richrelevance.com monetate.net evergage.com dynamicyield.com
adsense.com invitemedia.com adnxs.net appnexus.com openx.com outbrainimg.com mgid.com quantcast.com parsely.com
hotjar.io mxpnl.com heap.io alexa.com clicky.com app.link appsflyersdk.com tapjoyads.com inmobicdn.net applvn.com
unity.com ironsource.mobi supersonic.com startapp.com airship.com datadoghq.com datadoghq-browser-agent.com loggly.com
sumologic.com splunk.com dynatrace.com bluekai.net mookie1.com sharethrough.com triplelift.com gumgum.com sascdn.com
iasds01.com moat.com yume.com freewheel.com fwmrm.net innovid.com brightcove.com brightcove.net omniture.com
addtoany.com livefyre.com histats.net cnzz.com umeng.com umengcloud.com umtrack.com talkingdata.net talkingdata.com
miaozhen.com admaster.com.cn irs01.com irs01.net allyes.com mediav.com tanx.com mmstat.com atdmt.com yldbt.com
ivwbox.de etracker.com etracker.de webtrekk.net at-internet.com xiti.com weborama.fr weborama.com estat.com smi2.net
yadro.ru liveinternet.ru truste.com quantummetric.com bouncex.net exacttarget.com igodigital.com liveperson.com
driftt.com ads-twitter.com smaato.net smaato.com fyber.com liftoff.io moloco.com mobfox.com hotelscombined.com
linksynergy.com awin1.com zanox.com tradedoubler.com cj.com dpbolvw.net anrdoezrs.net shareasale.com impactradius.com
exoclick.com juicyads.com trafficjunky.net adsterra.com`;

/** Search, social networks, messengers. */
const SOCIAL = `yahoo.com yimg.com yahooapis.com yahoodns.net yahoo.co.jp yimg.jp aol.com aolcdn.com ask.com yandex.st
ya.ru baidu.com sogou.com sogoucdn.com so.com sm.cn naver.com naver.net pstatic.net daum.net daumcdn.net kakao.com
kakaocdn.net seznam.cz imedia.cz startpage.com ecosia.org qwant.com facebook.com facebook.net fbcdn.net fb.com
fbsbx.com messenger.com instagram.com cdninstagram.com whatsapp.com whatsapp.net threads.net oculus.com meta.com
twitter.com twimg.com x.com t.co periscope.tv pscp.tv linkedin.cn pinterest.com pinimg.com reddit.com redditmedia.com
redditstatic.com redd.it snapchat.com snap.com sc-cdn.net sc-static.net tiktok.com tiktokcdn.com tiktokv.com
byteoversea.com ibytedtos.com musical.ly bytedance.com toutiao.com pstatp.com snssdk.com douyin.com douyinpic.com
ixigua.com vk.com userapi.com vkontakte.ru ok.ru odnoklassniki.ru mycdn.me telegram.org signal.org whispersystems.org
viber.com line.me line-apps.com line-scdn.net naver.jp linecorp.com wechat.com qq.com tencent.com qcloud.com
weixin.com wx.qq.com weibo.com weibo.cn sinaimg.cn sina.com.cn sina.cn zhihu.com zhimg.com douban.com doubanio.com
renren.com kik.com skypeassets.com discord.com discord.gg discord.media icq.com icq.net imo.im tango.me badoo.com
tinder.com gotinder.com okcupid.com bumble.com grindr.com quora.com quoracdn.net stackoverflow.com stackexchange.com
sstatic.net yelp.com yelpcdn.com foursquare.com meetup.com nextdoor.com flickr.com staticflickr.com imgur.com
giphy.com tenor.com tenor.co vimeo.com vimeocdn.com dailymotion.com dmcdn.net twitch.tv ttvnw.net jtvnw.net
twitchcdn.net vine.co bitly.com bit.ly tinyurl.com ow.ly hootsuite.com buffer.com klout.com wikipedia.org
wikimedia.org wiktionary.org mediawiki.org archive.org mastodon.social bsky.app xing.com`;

/** Music, films, games. */
const MEDIA = `netflix.com nflxext.com nflximg.net nflxso.net nflxvideo.net nflximg.com hulu.com huluim.com
hulustream.com disneyplus.com disney.com go.com bamgrid.com dssott.com hbo.com hbomax.com max.com primevideo.com
aiv-cdn.net spotify.com scdn.co spotifycdn.com spotilocal.com pandora.com p-cdn.com soundcloud.com sndcdn.com
deezer.com dzcdn.net tidal.com last.fm shazam.com iheart.com tunein.com radiotime.com siriusxm.com bandcamp.com
audible.com plex.tv plex.direct plexapp.com kodi.tv emby.media crunchyroll.com vrv.co peacocktv.com paramountplus.com
cbsi.com fubo.tv sling.com dazn.com zattoo.com wilmaa.com sky.com iqiyi.com qiyi.com iqiyipic.com youku.com ykimg.com
tudou.com tudouui.com bilibili.com hdslb.com bilivideo.com acfun.cn pptv.com pplive.cn letv.com le.com mgtv.com
funshion.com kugou.com kuwo.cn ximalaya.com music.126.net netease.com 163.com 126.net 126.com 127.net huya.com
douyu.com yy.com steampowered.com steamstatic.com steamcontent.com steamserver.net steamgames.com valvesoftware.com
epicgames.com unrealengine.com epicgames.dev battle.net blizzard.com battlenet.com.cn blzstatic.cn ea.com origin.com
ubisoft.com ubi.com uplay.com riotgames.com leagueoflegends.com rockstargames.com take2games.com activision.com
callofduty.com bethesda.net gog.com humblebundle.com itch.io roblox.com rbxcdn.com supercell.com supercell.net
clashofclans.com king.com zynga.com rovio.com gameloft.com miniclip.com wargaming.net worldoftanks.com warthunder.com
gaijin.net garena.com mihoyo.com hoyoverse.com nexon.com nexon.net ncsoft.com squareenix.com bandainamcoent.com
konami.net sega.com curseforge.com overwolf.com faceit.com nianticlabs.com pokemon.com pokemongolive.com chess.com
lichess.org kongregate.com newgrounds.com ign.com gamespot.com`;

/** News, weather, knowledge. */
const NEWS = `cnn.com cnn.io turner.com bbc.com bbc.co.uk bbci.co.uk nytimes.com nyt.com washingtonpost.com wsj.com
wsj.net dowjones.com bloomberg.com bloomberg.net reuters.com apnews.com ap.org usatoday.com gannett-cdn.com
latimes.com chicagotribune.com nypost.com foxnews.com foxbusiness.com nbcnews.com nbc.com msnbc.com cnbc.com
abcnews.com abc.com cbsnews.com cbs.com npr.org pbs.org politico.com thehill.com huffpost.com huffingtonpost.com
buzzfeed.com buzzfed.com vox.com vox-cdn.com theverge.com wired.com arstechnica.com cnet.com cnetcontent.com zdnet.com
techcrunch.com engadget.com gizmodo.com lifehacker.com mashable.com slashdot.org theregister.com theregister.co.uk
forbes.com forbesimg.com fortune.com time.com timeinc.net businessinsider.com economist.com ft.com marketwatch.com
theatlantic.com newyorker.com nationalgeographic.com natgeotv.com scientificamerican.com nature.com sciencemag.org
sciencedirect.com springer.com elsevier.com wiley.com ieee.org acm.org arxiv.org jstor.org theguardian.com
guardian.co.uk guim.co.uk guardianapis.com telegraph.co.uk independent.co.uk dailymail.co.uk thesun.co.uk mirror.co.uk
express.co.uk thetimes.co.uk standard.co.uk metro.co.uk spiegel.de bild.de zeit.de faz.net sueddeutsche.de welt.de
focus.de stern.de heise.de golem.de t-online.de tagesschau.de zdf.de ard.de wdr.de ndr.de dw.com n-tv.de rtl.de
derstandard.at orf.at krone.at nzz.ch 20min.ch blick.ch srf.ch tagesanzeiger.ch lemonde.fr lefigaro.fr liberation.fr
leparisien.fr ouest-france.fr france24.com francetvinfo.fr lequipe.fr bfmtv.com elpais.com elmundo.es marca.com as.com
abc.es lavanguardia.com repubblica.it corriere.it gazzetta.it ansa.it lastampa.it nu.nl nos.nl telegraaf.nl
volkskrant.nl vrt.be hln.be aftonbladet.se expressen.se svt.se dn.se vg.no nrk.no dr.dk yle.fi hs.fi onet.pl wp.pl
gazeta.pl interia.pl allegro.pl rt.com ria.ru lenta.ru kommersant.ru rbc.ru pravda.ru tass.ru aljazeera.com
aljazeera.net haaretz.com ynet.co.il timesofindia.com indiatimes.com ndtv.com thehindu.com hindustantimes.com
nikkei.com asahi.com yomiuri.co.jp mainichi.jp nhk.or.jp chosun.com joins.com xinhuanet.com people.com.cn cctv.com
cntv.cn china.com chinadaily.com.cn ifeng.com huanqiu.com sohu.com itc.cn scmp.com straitstimes.com smh.com.au
abc.net.au news.com.au cbc.ca globo.com uol.com.br terra.com.br folha.com.br clarin.com lanacion.com.ar
eluniversal.com.mx allafrica.com weather.com wunderground.com accuweather.com weatherbug.com noaa.gov weather.gov
metoffice.gov.uk wetter.com meteoswiss.ch openweathermap.org yr.no meteofrance.fr espn.com espncdn.com nfl.com nba.com
mlb.com mlbstatic.com nhl.com fifa.com uefa.com premierleague.com skysports.com eurosport.com goal.com sports.ru
livescore.com flashscore.com cricinfo.com espncricinfo.com strava.com britannica.com dictionary.com
merriam-webster.com wikihow.com about.com answers.com webmd.com mayoclinic.org imdb.com media-imdb.com
rottentomatoes.com goodreads.com ted.com coursera.org edx.org udemy.com khanacademy.org duolingo.com quizlet.com
mit.edu harvard.edu stanford.edu berkeley.edu cmu.edu ox.ac.uk cam.ac.uk ethz.ch epfl.ch tum.de nasa.gov nih.gov
cdc.gov who.int un.org europa.eu usa.gov irs.gov ssa.gov state.gov whitehouse.gov gov.uk service.gov.uk admin.ch
bund.de service-public.fr gouv.fr`;

/** Shops, travel, payment. */
const SHOPS = `amazon.com amazon.co.uk amazon.de amazon.fr amazon.it amazon.es amazon.co.jp amazon.in amazon.ca
amazon.com.br amazon.com.au amazon.nl amazon.cn media-amazon.com ssl-images-amazon.com images-amazon.com amazonpay.com
assoc-amazon.com ebay.com ebay.de ebay.co.uk ebaystatic.com ebayimg.com ebayrtm.com ebay.fr ebay.it walmart.com
walmartimages.com target.com bestbuy.com bbystatic.com costco.com homedepot.com lowes.com macys.com kohls.com
nordstrom.com sears.com staples.com newegg.com neweggimages.com overstock.com wayfair.com etsy.com etsystatic.com
groupon.com wish.com shein.com temu.com aliexpress.com alibaba.com taobao.com tmall.com 1688.com aliyun.com alipay.com
alipayobjects.com jd.com 360buyimg.com jd.hk suning.com vip.com vipshop.com pinduoduo.com yangkeduo.com meituan.com
meituan.net dianping.com ele.me rakuten.com rakuten.co.jp mercari.com flipkart.com snapdeal.com lazada.com shopee.com
tokopedia.com mercadolibre.com mercadolivre.com.br olx.com avito.ru ozon.ru wildberries.ru otto.de zalando.de
zalando.com mediamarkt.de saturn.de conrad.de alternate.de digitec.ch galaxus.ch migros.ch coop.ch ricardo.ch bol.com
coolblue.nl marktplaats.nl fnac.com cdiscount.com darty.com leboncoin.fr elcorteingles.es tesco.com sainsburys.co.uk
asda.com argos.co.uk johnlewis.com currys.co.uk marksandspencer.com nike.com adidas.com hm.com zara.com uniqlo.com
gap.com sephora.com ulta.com autotrader.com cars.com mobile.de autoscout24.de craigslist.org kijiji.ca gumtree.com
zillow.com realtor.com redfin.com immobilienscout24.de rightmove.co.uk zoopla.co.uk indeed.com monster.com
glassdoor.com stepstone.de booking.com bstatic.com expedia.com hotels.com airbnb.com muscache.com tripadvisor.com
tacdn.com kayak.com skyscanner.net priceline.com trivago.com agoda.com ctrip.com trip.com qunar.com 12306.cn uber.com
lyft.com grab.com didiglobal.com xiaojukeji.com bolt.eu blablacar.com bahn.de sbb.ch sncf-connect.com oebb.at
lufthansa.com swiss.com airfrance.fr klm.com britishairways.com ryanair.com easyjet.com united.com delta.com aa.com
southwest.com emirates.com singaporeair.com marriott.com hilton.com ihg.com hyatt.com doordash.com grubhub.com
ubereats.com deliveroo.co.uk just-eat.com takeaway.com lieferando.de mcdonalds.com starbucks.com dominos.com
paypal.com paypalobjects.com stripe.com stripe.network square.com squareup.com adyen.com klarna.com klarna.net
worldpay.com braintreegateway.com authorize.net visa.com mastercard.com americanexpress.com aexp-static.com
discover.com venmo.com wise.com transferwise.com revolut.com westernunion.com coinbase.com binance.com kraken.com
fedex.com ups.com usps.com dhl.com dhl.de deutschepost.de royalmail.com post.ch laposte.fr`;

/** Banks and insurers. */
const BANKS = `chase.com jpmorgan.com bankofamerica.com bac-assets.com wellsfargo.com citi.com citibank.com usbank.com
pnc.com capitalone.com ally.com schwab.com fidelity.com vanguard.com etrade.com robinhood.com goldmansachs.com
morganstanley.com td.com tdbank.com rbc.com rbcroyalbank.com scotiabank.com bmo.com cibc.com hsbc.com hsbc.co.uk
barclays.co.uk barclays.com lloydsbank.co.uk lloydsbank.com natwest.com rbs.co.uk santander.co.uk santander.com
nationwide.co.uk halifax.co.uk monzo.com starlingbank.com deutsche-bank.de commerzbank.de sparkasse.de ing.de ing.com
dkb.de postbank.de comdirect.de n26.com volksbank.de ubs.com credit-suisse.com postfinance.ch raiffeisen.ch zkb.ch
erstebank.at bawag.at raiffeisen.at bnpparibas.com bnpparibas.net societegenerale.fr credit-agricole.fr
labanquepostale.fr creditmutuel.fr bbva.com bbva.es caixabank.es bankinter.com intesasanpaolo.com unicredit.it
unicreditgroup.eu poste.it abnamro.nl rabobank.nl kbc.be belfius.be nordea.com danskebank.dk danskebank.com seb.se
swedbank.se handelsbanken.se dnb.no pkobp.pl mbank.pl sberbank.ru tinkoff.ru vtb.ru alfabank.ru icbc.com.cn ccb.com
boc.cn abchina.com cmbchina.com unionpay.com unionpaysecure.com mufg.jp smbc.co.jp mizuhobank.co.jp dbs.com dbs.com.sg
ocbc.com sbi.co.in hdfcbank.com icicibank.com axisbank.com commbank.com.au westpac.com.au anz.com anz.com.au
nab.com.au itau.com.br bradesco.com.br bb.com.br caixa.gov.br santander.com.br banamex.com allianz.com allianz.de
axa.com geico.com progressive.com statefarm.com`;

/** Network providers and mail. */
const PROVIDERS = `att.com att.net verizon.com verizonwireless.com vzw.com t-mobile.com sprint.com comcast.net
comcast.com xfinity.com cox.com cox.net charter.com spectrum.com centurylink.com centurylink.net frontier.com
rogers.com bell.ca telus.com bt.com btinternet.com virginmedia.com talktalk.co.uk ee.co.uk o2.co.uk three.co.uk
vodafone.com vodafone.de telekom.de telekom.com o2online.de 1und1.de ionos.com gmx.net gmx.de gmx.com web.de uicdn.net
freenet.de mail.com swisscom.ch swisscom.com bluewin.ch sunrise.ch upc.ch orange.fr orange.com free.fr sfr.fr
bouyguestelecom.fr telefonica.com movistar.es tim.it libero.it virgilio.it tiscali.it kpn.com ziggo.nl xs4all.nl
proximus.be telenet.be telenor.com telia.com telia.se tele2.com a1.net magenta.at rostelecom.ru mts.ru megafon.ru
beeline.ru chinamobile.com 10086.cn chinaunicom.com 10010.com chinatelecom.com.cn 189.cn 21cn.com docomo.ne.jp ntt.com
kddi.com softbank.jp telstra.com optus.com.au jio.com airtel.in protonmail.com proton.me fastmail.com zoho.com
tutanota.com rackspace.com emailsrvr.com mimecast.com messagelabs.com pphosted.com barracudanetworks.com`;

/** Other large sites and what they are built with. */
const SITES = `baidustatic.com weixin.qq.com amap.com autonavi.com 360.com line-cdn.net oath.com verizonmedia.com
wikidata.org fncstatic.com reutersmedia.net bwbx.io voxmedia.com cbsistatic.com pcmag.com dailymail.com szn.cz
novinky.cz idnes.cz ctk.cz centrum.cz vk.me vkuser.net cdn.viber.com slackb.com teams.microsoft.com blizzard.cn
worldoftanks.eu opentable.com trulia.com timeanddate.com bitbucket.com trellocdn.com zapier.com list-manage.com
chimpstatic.com eventbrite.com sqspcdn.com editmysite.com automattic.com winrar.com mcafeesecure.com
nortonlifelock.com virustotal.com zonealarm.com carbonblack.io cylance.com secunia.com flexera.com nmap.org
nordvpn.com expressvpn.com bank-of-america.com csob.cz kb.cz csas.cz airbank.cz moneta.cz fio.cz equabank.cz`;

/** Makers' clouds that devices at home talk to. */
const DEVICES = `ringapi.com mydlink.com edimax.com amcrest.com harmonyremote.com myharmony.com alarm.com august.com
ismartgate.com osram.com lightify.com ismart.com homematic.com eq-3.de eq-3.com smarter.am ednet.de aria.fitbit.com`;

/** Where anybody may store and publish files. */
const ANYBODY = `googleusercontent.com azureedge.net amazonaws.com cloudfront.net azurewebsites.net
blob.core.windows.net cloudapp.net cloudapp.azure.com googledrive.com docs.google.com drive.google.com
storage.googleapis.com sites.google.com appspot.com firebaseapp.com web.app github.com githubusercontent.com github.io
githubassets.com dropbox.com dropboxusercontent.com onedrive.live.com 1drv.ms 1drv.com box.com mediafire.com mega.nz
mega.co.nz bitbucket.org wetransfer.com blogspot.com blogger.com cdn.discordapp.com media.discordapp.net herokuapp.com
netlify.app netlify.com vercel.app pages.dev workers.dev digitaloceanspaces.com backblazeb2.com wasabisys.com
aliyuncs.com file.myqcloud.com weebly.net 000webhostapp.com pastebin.com archive.is sendspace.com 4shared.com
rapidgator.net sharefile.com egnyte.com slideshare.net scribd.com awsstatic.com elasticbeanstalk.com awsapps.com
amplifyapp.com azure-api.net sharepoint.com storage.live.com onedrive.com cloudfunctions.net run.app gitlab.com
gitlab.io sourceforge.net fsdn.com sf.net codeplex.com dropboxstatic.com dropboxapi.com boxcdn.net rapidshare.com
zippyshare.com uploaded.net pcloud.com icedrive.net discordapp.com discordapp.net telegram.me issuu.com wordpress.com
wp.com wordpress.org tumblr.com medium.com blogspot.de blogspot.co.uk livejournal.com typepad.com weebly.com wix.com
wixstatic.com wixsite.com parastorage.com squarespace.com squarespace-cdn.com shopify.com myshopify.com shopifycdn.com
webflow.io webflow.com jimdo.com strikingly.com godaddysites.com vercel.com heroku.com fly.dev render.com onrender.com
digitalocean.com linode.com linodeobjects.com vultr.com ovh.net ovh.com hetzner.com hetzner.de r2.dev backblaze.com
stackpath.com qiniucdn.com qiniu.com clouddn.com upaiyun.com upyun.com baidupcs.com myhuaweicloud.com weiyun.com
oraclecloud.com ibm-cloud.com cloudinary.com imgix.net glitch.me repl.co replit.com yolasite.com tripod.com
angelfire.com geocities.com geocities.jp freeservers.com download.com cnet-downloads.com softonic.com filehippo.com
majorgeeks.com softpedia.com`;

function names(text: string): string[] {
  return text.split(/\s+/);
}

/** 'own': its owner publishes what is there. 'anybody': everybody may store files there. */
export const POPULAR: ReadonlyMap<string, 'own' | 'anybody'> = new Map([
  ...[
    BACKGROUND,
    SYSTEMS,
    AUTHORITIES,
    DELIVERY,
    COUNTING,
    SOCIAL,
    MEDIA,
    NEWS,
    SHOPS,
    BANKS,
    PROVIDERS,
    SITES,
    DEVICES,
  ]
    .flatMap(names)
    .map((name): [string, 'own'] => [name, 'own']),
  ...names(ANYBODY).map((name): [string, 'anybody'] => [name, 'anybody']),
]);
