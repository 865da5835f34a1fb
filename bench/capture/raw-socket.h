// A socket that sends whole frames out of an interface, past its queue.
#ifndef SIGHTLINE_BENCH_RAW_SOCKET_H
#define SIGHTLINE_BENCH_RAW_SOCKET_H

#include <cstdio>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

// Returns its descriptor; -1 after having said why there is none.
inline int raw_socket(const char* interface) {
  const int fd = socket(AF_PACKET, SOCK_RAW, 0);
  sockaddr_ll to = {};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(if_nametoindex(interface));
  const int yes = 1;
  if (fd < 0 || to.sll_ifindex == 0 || bind(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    std::perror(interface);
    return -1;
  }
  setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
  return fd;
}

#endif
