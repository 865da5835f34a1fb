// What the helper says: one JSON object a line on stdout, flushed at once.
#pragma once
#include <cstdint>
#include <string>

class Line {
 public:
  explicit Line(const char* type);
  Line& text(const char* key, const std::string& value);
  Line& number(const char* key, std::uint64_t value);
  Line& flag(const char* key, bool value);
  // A value that is JSON already.
  Line& raw(const char* key, const std::string& json);
  void say() const;

 private:
  std::string json_;
};

std::string quoted(const std::string& text);
