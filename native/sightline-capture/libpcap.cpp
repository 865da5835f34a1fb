// Finds libpcap or Npcap at run time and its functions by name.
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
void* symbol(Handle library, const char* name) {
  return reinterpret_cast<void*>(GetProcAddress(library, name));
}
constexpr const char* kNames[] = {"wpcap.dll"};
#else
using Handle = void*;
Handle open_library(const char* name) {
  return dlopen(name, RTLD_NOW | RTLD_LOCAL);
}
void* symbol(Handle library, const char* name) {
  return dlsym(library, name);
}
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
#define SIGHTLINE_TAKE(name, ...) \
  if (!take(library, l.name, "pcap_" #name, why)) return false;
  SIGHTLINE_LIBPCAP(SIGHTLINE_TAKE)
#ifndef _WIN32
  SIGHTLINE_TAKE(get_selectable_fd)
#endif
#undef SIGHTLINE_TAKE
  return true;
}
