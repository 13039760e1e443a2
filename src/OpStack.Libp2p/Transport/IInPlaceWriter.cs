namespace OpStack.Libp2p.Transport;

/// <summary>A stream that can turn the caller's buffer into what goes out, so that nothing is copied for it.</summary>
internal interface IInPlaceWriter
{
    /// <summary>Whether the array has what is needed around so many bytes from a start.</summary>
    bool HasRoom(byte[] array, int start, int length);

    /// <summary>Writes these bytes of the array as <see cref="IByteStream.WriteAsync"/> does. They and the room around them are overwritten.</summary>
    ValueTask WriteInPlaceAsync(byte[] array, int start, int length, CancellationToken cancellationToken);
}
