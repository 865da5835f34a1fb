// The place where segments are made. It is opened while there may still be a privilege; later only names inside of it
// are used.
#pragma once
#include <cstdint>
#include <string>

class Place {
 public:
  Place() = default;
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place();

  // Makes `folder` (its parent is there) for the user that stays after privileges are given up; one that the parent has
  // opened (`descriptor`, or -1) is taken as it is. @returns false with `why`
  bool take_folder(const std::string& folder, int descriptor, std::string& why);
  // A new file in the folder, or -1 with errno; it must not be there yet.
  int create(const std::string& name) const;
  void remove(const std::string& name) const;
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  int descriptor() const { return fd_; }

 private:
  std::string folder_;
  int fd_ = -1;
};

// One file at any place, for the user that stays; it must not be there yet. @returns a descriptor or -1 with errno
int make_output(const std::string& path);
// One that is there, emptied. To be called without any privilege. @returns a descriptor or -1 with errno
int open_output(const std::string& path);

// @returns 0, or the error's number. All of it is written, or `written` says how much.
int write_all(int fd, const unsigned char* data, std::size_t length, std::size_t& written);
void put_at(int fd, std::uint64_t offset, const std::string& text);
bool cut_file(int fd, std::uint64_t length);
void close_file(int fd);
