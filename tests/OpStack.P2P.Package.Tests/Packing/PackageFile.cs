using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;

namespace OpStack.P2P.Package.Tests.Packing;

/// <summary>What is in a package of a feed, and in the package of its symbols.</summary>
internal sealed class PackageFile(string feed, string name)
{
    // "Source Link (C# / VB compilers)" of the Portable PDB specification.
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    private readonly Dictionary<string, byte[]> _package = Read(Path.Combine(feed, $"{name}.{PackedRepository.Version}.nupkg"));
    private readonly Dictionary<string, byte[]> _symbols = Read(Path.Combine(feed, $"{name}.{PackedRepository.Version}.snupkg"));

    public IEnumerable<string> Files => _package.Keys;

    public byte[] Assembly => _package[$"lib/net10.0/{name}.dll"];

    public byte[] Documentation => _package[$"lib/net10.0/{name}.xml"];

    public byte[] Symbols => _symbols[$"lib/net10.0/{name}.pdb"];

    public string Text(string file) => Encoding.UTF8.GetString(_package[file]);

    /// <summary>The metadata of the package's .nuspec, without its namespace.</summary>
    public XElement Metadata()
    {
        using MemoryStream nuspec = new(_package[$"{name}.nuspec"]);
        XElement root = XElement.Load(nuspec);
        foreach (XElement element in root.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
        }

        return root.Element("metadata")!;
    }

    /// <summary>The id by which a debugger knows that these symbols are of this assembly: that of the assembly, and that of the symbols.</summary>
    public (Guid Assembly, Guid Symbols) SymbolIds()
    {
        using PEReader pe = new(new MemoryStream(Assembly));
        DebugDirectoryEntry entry = pe.ReadDebugDirectory().Single(one => one.Type == DebugDirectoryEntryType.CodeView);
        return (pe.ReadCodeViewDebugDirectoryData(entry).Guid, ReadSymbols(reader => new BlobContentId(reader.DebugMetadataHeader!.Id).Guid));
    }

    /// <summary>Where the compiler read the sources.</summary>
    public string[] Documents() => ReadSymbols(reader => reader.Documents.Select(one => reader.GetString(reader.GetDocument(one).Name)).ToArray());

    /// <summary>The JSON that tells where sources are found, or null.</summary>
    public string? SourceLinks() => ReadSymbols(reader => reader.GetCustomDebugInformation(EntityHandle.ModuleDefinition)
        .Select(reader.GetCustomDebugInformation)
        .Where(one => reader.GetGuid(one.Kind) == SourceLink)
        .Select(one => Encoding.UTF8.GetString(reader.GetBlobBytes(one.Value)))
        .SingleOrDefault());

    private T ReadSymbols<T>(Func<MetadataReader, T> read)
    {
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Symbols));
        return read(provider.GetMetadataReader());
    }

    private static Dictionary<string, byte[]> Read(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        Dictionary<string, byte[]> files = [];
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using Stream stream = entry.Open();
            using MemoryStream content = new();
            stream.CopyTo(content);
            files[entry.FullName] = content.ToArray();
        }

        return files;
    }
}
