/** The sockets: bytes and records between machines. */

export { isPeerError, Link } from "./link.ts";
export { connectTcp, TcpListener } from "./tcp.ts";
export { isLoopback, resolveHost } from "./resolve.ts";
export { type Endpoint, formatEndpoint, UdpSocket } from "./udp.ts";
