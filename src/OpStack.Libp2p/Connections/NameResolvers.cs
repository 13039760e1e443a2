using System.Net;
using System.Net.Sockets;

namespace OpStack.Libp2p.Connections;

/// <summary>Looks a host name up; the family is <see cref="AddressFamily.Unspecified"/> for both.</summary>
public delegate Task<IPAddress[]> NameResolver(string host, AddressFamily family, CancellationToken cancellationToken);

/// <summary>Looks the TXT records of a name up, each as one text; empty when there are none.</summary>
public delegate Task<IReadOnlyList<string>> TextResolver(string name, CancellationToken cancellationToken);
