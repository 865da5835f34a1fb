// Stands before the C library's resolver, so that no filter makes libpcap ask a name server.
#include "names.h"
#ifndef _WIN32
#include <netdb.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#ifdef __linux__
#include <dlfcn.h>
#include <netinet/ether.h>
#endif
#endif

namespace {

// The name that was asked for and not looked up.
std::string refused;

}  // namespace

bool compile_filter(const LibPcap& lib, pcap_t* handle, const std::string& filter, bpf_program& program,
                    std::string& why) {
  if (filter.size() > kLongestFilter) {
    why = "a capture filter has at most " + std::to_string(kLongestFilter) + " bytes, this one " +
          std::to_string(filter.size());
    return false;
  }
  refused.clear();
  if (lib.compile(handle, &program, filter.c_str(), 1, 0xffffffff) == 0) return true;
  why = refused.empty()
            ? lib.geterr(handle)
            : "names are not looked up (nothing leaves this machine): give the address of '" + refused + "'";
  return false;
}

#ifdef __linux__

// libpcap is loaded at run time and finds these before the C library's.
#define SIGHTLINE_SEEN __attribute__((visibility("default"), used))

// Addresses are parsed, and names of ports are found in /etc/services. Any other name would be asked of a name server,
// and is refused.
extern "C" SIGHTLINE_SEEN int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                                          addrinfo** result) {
  using Real = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Real>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (real == nullptr) return EAI_SYSTEM;
  addrinfo numeric = {};
  if (hints != nullptr) numeric = *hints;
  if (node == nullptr) {
    // A port's name is looked up for the loopback address; without an address the C library would try the machine's
    // own.
    const servent* found =
        service == nullptr ? nullptr : getservbyname(service, numeric.ai_protocol == IPPROTO_UDP ? "udp" : "tcp");
    if (found == nullptr) return EAI_SERVICE;
    numeric.ai_family = AF_INET;
    numeric.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    return real("127.0.0.1", std::to_string(ntohs(static_cast<std::uint16_t>(found->s_port))).c_str(), &numeric,
                result);
  }
  numeric.ai_flags |= AI_NUMERICHOST;
  const int status = real(node, service, &numeric, result);
  if (status != 0) refused = node;
  return status;
}

extern "C" SIGHTLINE_SEEN hostent* gethostbyname(const char* name) {
  refused = name;
  return nullptr;
}

extern "C" SIGHTLINE_SEEN netent* getnetbyname(const char* name) {
  refused = name;
  return nullptr;
}

extern "C" SIGHTLINE_SEEN int getnetbyname_r(const char* name, netent* /*into*/, char* /*buffer*/, std::size_t /*size*/,
                                             netent** result, int* error) {
  refused = name;
  *result = nullptr;
  *error = HOST_NOT_FOUND;
  return 0;
}

extern "C" SIGHTLINE_SEEN int ether_hostton(const char* name, ether_addr* /*into*/) noexcept {
  refused = name;
  return -1;
}

#endif
