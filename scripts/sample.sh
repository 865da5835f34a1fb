#!/usr/bin/env bash
# Makes assets/sample.pcapng: real clients and servers in two network namespaces of our own, joined by a veth pair.
# HTTPS with a good and with self-signed certificates, DNS, HTTP, SSH, a client that beacons to a self-signed server, a
# port scan. It needs root and ip (iproute2), dumpcap, openssl, curl, wget, dnsmasq, sshd, ssh, nmap, python3 and ping, and
# leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/.."
OUT=assets/sample.pcapng
C=sightline-client S=sightline-server
W=$(mktemp -d)
pids=()
cleanup() {
  for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done
  ip netns del $C 2>/dev/null || true
  ip netns del $S 2>/dev/null || true
  rm -rf "$W"
}
trap cleanup EXIT
for tool in ip dumpcap openssl curl wget dnsmasq ssh nmap python3 ping; do
  command -v $tool >/dev/null || { echo "sample.sh needs $tool" >&2; exit 2; }
done

ip netns add $C; ip netns add $S
ip -n $C link add eth0 type veth peer name eth0 netns $S
ip -n $C addr add 192.0.2.10/24 dev eth0
for a in 1 80 81 82 90; do ip -n $S addr add 192.0.2.$a/24 dev eth0; done
for n in $C $S; do ip -n $n link set lo up; ip -n $n link set eth0 up; done
sleep 1
client() { ip netns exec $C "$@"; }
serve() { ip netns exec $S "$@" >/dev/null 2>&1 & pids+=($!); }

# A certificate authority of our own, a certificate that it signed, and two that nobody signed.
request() { openssl req -newkey rsa:2048 -nodes "$@" 2>/dev/null; }
request -x509 -keyout "$W/ca.key" -out "$W/ca.pem" -days 3650 -subj "/O=Sightline sample/CN=Sample Root CA"
request -keyout "$W/www.key" -out "$W/www.csr" -subj "/O=Sightline sample/CN=www.sample.test"
printf 'subjectAltName=DNS:www.sample.test,DNS:files.sample.test\n' > "$W/san"
openssl x509 -req -in "$W/www.csr" -CA "$W/ca.pem" -CAkey "$W/ca.key" -CAcreateserial -days 90 \
  -extfile "$W/san" -out "$W/www.pem" 2>/dev/null
request -x509 -keyout "$W/self.key" -out "$W/self.pem" -days 365 -subj "/CN=printer.local"
request -x509 -keyout "$W/c2.key" -out "$W/c2.pem" -days 3650 -subj "/C=XX/ST=x/L=x/O=x/CN=localhost"
cat "$W/www.pem" "$W/ca.pem" > "$W/chain.pem"

mkdir -p "$W/site"
head -c 12000 /dev/urandom | base64 > "$W/site/report.txt"
printf '<!doctype html><title>Sample</title><p>A page.\n' > "$W/site/index.html"
serve_site() {
  serve bash -c "cd $W/site && exec openssl s_server -accept $1:443 -cert $W/$2.pem -key $W/$2.key ${*:3} -WWW -quiet"
}
serve_site 192.0.2.80 www -cert_chain "$W/chain.pem"
serve_site 192.0.2.81 self
serve openssl s_server -accept 192.0.2.90:8443 -cert "$W/c2.pem" -key "$W/c2.key" -www -quiet -no_tls1_3
serve python3 -m http.server 80 --bind 192.0.2.82 --directory "$W/site"
serve dnsmasq --no-daemon --no-resolv --no-hosts --listen-address=192.0.2.1 --bind-interfaces --user=root \
  --pid-file="$W/dns.pid" --address=/www.sample.test/192.0.2.80 --address=/files.sample.test/192.0.2.80 \
  --address=/printer.sample.test/192.0.2.81 --address=/plain.sample.test/192.0.2.82
ssh-keygen -q -t ed25519 -N '' -f "$W/host"; ssh-keygen -q -t ed25519 -N '' -f "$W/user"
mkdir -p /run/sshd; cp "$W/user.pub" "$W/keys"; chmod 600 "$W/keys"; chmod 755 "$W"
serve /usr/sbin/sshd -D -e -f /dev/null -h "$W/host" -p 22 -o ListenAddress=192.0.2.82 \
  -o PidFile="$W/sshd.pid" -o AuthorizedKeysFile="$W/keys" -o StrictModes=no -o PermitRootLogin=yes -o UsePAM=no
sleep 1.5

ip netns exec $C dumpcap -q -i eth0 -w "$W/sample.pcapng" >/dev/null 2>&1 & DUMP=$!
sleep 2
name() { client dig +short +tries=1 @192.0.2.1 "$1" | head -1; }
fetch() { client curl -s --max-time 5 --resolve "$1:443:$2" --cacert "$W/ca.pem" -o /dev/null "https://$1/$3" || true; }

beacon() {
  local call="timeout 2 openssl s_client -connect 192.0.2.90:8443 -tls1_2 -noservername -cipher AES128-SHA -quiet"
  for _ in $(seq 12); do
    client bash -c "printf 'GET / HTTP/1.0\r\n\r\n' | $call >/dev/null 2>&1" || true
    sleep 2
  done
}
beacon & B=$!
for _ in 1 2 3 4; do
  a=$(name www.sample.test); fetch www.sample.test "$a" index.html
  a=$(name files.sample.test); fetch files.sample.test "$a" report.txt
  a=$(name plain.sample.test)
  client curl -s --max-time 5 -o /dev/null -H 'Host: plain.sample.test' "http://$a/report.txt"
  client wget -q -O /dev/null "http://$a/"
  a=$(name printer.sample.test)
  client curl -s -k --max-time 5 --resolve "printer.sample.test:443:$a" -o /dev/null \
    https://printer.sample.test/index.html || true
  name "missing$RANDOM.sample.test" >/dev/null || true
  client ping -q -c 2 192.0.2.80 >/dev/null || true
  sleep 2
done
client ssh -q -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -i "$W/user" \
  root@192.0.2.82 'uname -a; ls /usr/bin | head -400' >/dev/null || true
client nmap -n -Pn -sS --max-retries 1 -p 1-200 192.0.2.80 >/dev/null || true
wait $B || true
sleep 3
kill -INT $DUMP; wait $DUMP || true
mkdir -p assets
cp "$W/sample.pcapng" $OUT
chmod 644 $OUT
echo "$OUT: $(stat -c %s $OUT) bytes"
