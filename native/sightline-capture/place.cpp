// Opens the folder or file of a capture, and gives it to the user who asked.
#include "place.h"
#include <fcntl.h>
#include <cerrno>
#include <cstring>
#include "privileges.h"
#ifdef _WIN32
#include <direct.h>
#include <io.h>
#include <share.h>
#include <sys/stat.h>
#else
#include <sys/stat.h>
#include <unistd.h>
#endif

#ifdef _WIN32

Place::~Place() = default;
bool Place::take_folder(const std::string& folder, int /*descriptor*/, std::string& why) {
  folder_ = folder;
  if (_mkdir(folder.c_str()) == 0 || errno == EEXIST) return true;
  why = folder + ": " + std::strerror(errno);
  return false;
}
int Place::create(const std::string& name) const {
  return _sopen(path(name).c_str(), _O_WRONLY | _O_CREAT | _O_EXCL | _O_BINARY, _SH_DENYNO, _S_IREAD | _S_IWRITE);
}
void Place::remove(const std::string& name) const {
  _unlink(path(name).c_str());
}
int make_output(const std::string& path) {
  return _sopen(path.c_str(), _O_WRONLY | _O_CREAT | _O_EXCL | _O_BINARY, _SH_DENYNO, _S_IREAD | _S_IWRITE);
}
int open_output(const std::string& path) {
  return _sopen(path.c_str(), _O_WRONLY | _O_TRUNC | _O_BINARY, _SH_DENYNO, _S_IREAD | _S_IWRITE);
}
bool cut_file(int fd, std::uint64_t length) {
  return _chsize_s(fd, static_cast<long long>(length)) == 0 &&
         _lseeki64(fd, static_cast<long long>(length), SEEK_SET) >= 0;
}
void put_at(int fd, std::uint64_t offset, const std::string& text) {
  if (_lseeki64(fd, static_cast<long long>(offset), SEEK_SET) >= 0)
    _write(fd, text.data(), static_cast<unsigned>(text.size()));
}
void close_file(int fd) {
  _close(fd);
}

#else

Place::~Place() {
  if (fd_ >= 0) close(fd_);
}

bool Place::take_folder(const std::string& folder, int descriptor, std::string& why) {
  folder_ = folder;
  fd_ = descriptor;
  if (fd_ >= 0) return true;
  const bool made = mkdir(folder.c_str(), 0700) == 0;
  if (made || errno == EEXIST) fd_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd_ >= 0 && (!made || own_by_caller(fd_))) return true;
  why = folder + ": " + std::strerror(errno);
  return false;
}

int Place::create(const std::string& name) const {
  return openat(fd_, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

void Place::remove(const std::string& name) const {
  unlinkat(fd_, name.c_str(), 0);
}

int make_output(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  // The file is given to the user that this program becomes. That is safe, since the file was not there before.
  if (fd >= 0) own_by_caller(fd);
  return fd;
}

int open_output(const std::string& path) {
  return open(path.c_str(), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
}

bool cut_file(int fd, std::uint64_t length) {
  return ftruncate(fd, static_cast<off_t>(length)) == 0 && lseek(fd, static_cast<off_t>(length), SEEK_SET) >= 0;
}

void put_at(int fd, std::uint64_t offset, const std::string& text) {
  if (pwrite(fd, text.data(), text.size(), static_cast<off_t>(offset)) < 0)
    return;  // A pipe cannot be written at an offset.
}

void close_file(int fd) {
  close(fd);
}

#endif

int write_all(int fd, const unsigned char* data, std::size_t length, std::size_t& written) {
  written = 0;
  while (written < length) {
#ifdef _WIN32
    const int n = _write(fd, data + written, static_cast<unsigned>(length - written));
#else
    const ssize_t n = write(fd, data + written, length - written);
#endif
    if (n > 0)
      written += static_cast<std::size_t>(n);
    else if (n == 0)
      return ENOSPC;
    else if (errno != EINTR)
      return errno;
  }
  return 0;
}
