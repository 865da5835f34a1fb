// Writes JSON lines to stdout, one thread at a time.
#include "report.h"
#include <cstdio>
#include <mutex>

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (u < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", u);
      out += code;
    } else
      out += c;
  }
  return out + "\"";
}

Line::Line(const char* type) : json_("{\"type\":" + quoted(type)) {}

Line& Line::raw(const char* key, const std::string& json) {
  json_ += "," + quoted(key) + ":" + json;
  return *this;
}

Line& Line::text(const char* key, const std::string& value) {
  return raw(key, quoted(value));
}
Line& Line::number(const char* key, std::uint64_t value) {
  return raw(key, std::to_string(value));
}
Line& Line::flag(const char* key, bool value) {
  return raw(key, value ? "true" : "false");
}

void Line::say() const {
  static std::mutex one_at_a_time;
  const std::lock_guard<std::mutex> lock(one_at_a_time);
  std::fputs((json_ + "}\n").c_str(), stdout);
  std::fflush(stdout);
}
