#include "libpcap.h"
#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace {

#ifdef _WIN32
using Handle = HMODULE;
Handle open_library(const char* name) {
  // Npcap lives in a folder of its own; nothing is ever loaded from the current folder.
  char folder[MAX_PATH];
  const UINT n = GetSystemDirectoryA(folder, MAX_PATH);
  if (n == 0 || n >= MAX_PATH) return nullptr;
  return LoadLibraryExA((std::string(folder) + "\\Npcap\\" + name).c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
}
void* symbol(Handle library, const char* name) { return reinterpret_cast<void*>(GetProcAddress(library, name)); }
constexpr const char* kNames[] = {"wpcap.dll"};
#else
using Handle = void*;
Handle open_library(const char* name) { return dlopen(name, RTLD_NOW | RTLD_LOCAL); }
void* symbol(Handle library, const char* name) { return dlsym(library, name); }
#ifdef __APPLE__
constexpr const char* kNames[] = {"/usr/lib/libpcap.A.dylib"};
#else
constexpr const char* kNames[] = {"libpcap.so.1", "libpcap.so.0.8"};
#endif
#endif

template <typename F>
bool take(Handle library, F& into, const char* name, std::string& why) {
  into = reinterpret_cast<F>(symbol(library, name));
  if (into == nullptr) why = std::string("libpcap is too old: it has no ") + name;
  return into != nullptr;
}

}  // namespace

bool load_libpcap(LibPcap& l, std::string& why) {
  Handle library = nullptr;
  std::string tried;
  for (const char* name : kNames) {
    library = open_library(name);
    if (library != nullptr) break;
    tried += (tried.empty() ? "" : ", ") + std::string(name);
  }
  if (library == nullptr) {
    why = "libpcap was not found (" + tried + ")";
    return false;
  }
  const bool selectable =
#ifdef _WIN32
      (l.get_selectable_fd = nullptr, true);
#else
      take(library, l.get_selectable_fd, "pcap_get_selectable_fd", why);
#endif
  return selectable && take(library, l.findalldevs, "pcap_findalldevs", why) && take(library, l.freealldevs, "pcap_freealldevs", why) &&
         take(library, l.create, "pcap_create", why) && take(library, l.set_snaplen, "pcap_set_snaplen", why) && take(library, l.set_promisc, "pcap_set_promisc", why) &&
         take(library, l.can_set_rfmon, "pcap_can_set_rfmon", why) && take(library, l.set_rfmon, "pcap_set_rfmon", why) && take(library, l.set_timeout, "pcap_set_timeout", why) &&
         take(library, l.set_buffer_size, "pcap_set_buffer_size", why) && take(library, l.set_tstamp_precision, "pcap_set_tstamp_precision", why) &&
         take(library, l.get_tstamp_precision, "pcap_get_tstamp_precision", why) && take(library, l.activate, "pcap_activate", why) && take(library, l.geterr, "pcap_geterr", why) &&
         take(library, l.statustostr, "pcap_statustostr", why) && take(library, l.datalink, "pcap_datalink", why) &&
         take(library, l.datalink_val_to_name, "pcap_datalink_val_to_name", why) && take(library, l.compile, "pcap_compile", why) && take(library, l.setfilter, "pcap_setfilter", why) &&
         take(library, l.freecode, "pcap_freecode", why) && take(library, l.setnonblock, "pcap_setnonblock", why) && take(library, l.dispatch, "pcap_dispatch", why) &&
         take(library, l.next_ex, "pcap_next_ex", why) && take(library, l.stats, "pcap_stats", why) && take(library, l.open_dead, "pcap_open_dead", why) &&
         take(library, l.close, "pcap_close", why) && take(library, l.lib_version, "pcap_lib_version", why);
}
