using OpStack.P2P.TestKit;

namespace OpStack.P2P.Package.Tests.Packing;

/// <summary>
/// A fresh project outside of the repository that has nothing of it but the packages, and the program of samples/TwoNodes: two nodes that find each
/// other and exchange a signed block.
/// </summary>
[Collection(PackagesCollection.Name)]
[Trait("Row", "64")]
public sealed class ConsumerTests(PackedRepository packed)
{
    [Fact]
    public async Task A_fresh_project_runs_two_nodes_from_the_packages_that_exchange_a_block()
    {
        string project = await NewProjectAsync("fresh");
        await Command.RunAsync(project, "dotnet", "build", "-c", "Release", "-o", "out");
        Assert.Equal(1, ArrivedBlocks(await Command.RunAsync(project, "dotnet", Path.Combine("out", "Consumer.dll"))));
    }

    [Fact]
    public async Task The_same_published_trimmed_and_self_contained_has_no_warning_and_runs()
    {
        string project = await NewProjectAsync("trimmed");
        string output = await Command.RunAsync(project, "dotnet", [.. Trimming.Publish, "-o", "out"]);
        Assert.Equal(0, Trimming.Warnings(output));
        Assert.False(File.Exists(Path.Combine(project, "out", "System.Private.DataContractSerialization.dll")), "It is not trimmed.");
        Assert.Equal(1, ArrivedBlocks(await Command.RunAsync(project, Path.Combine(project, "out", "Consumer"))));
    }

    [Fact]
    public async Task A_type_looked_up_by_a_name_from_outside_would_have_been_an_error()
    {
        string project = await NewProjectAsync("reflecting");
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), "System.Console.WriteLine(System.Type.GetType(args[0])!.GetMethods().Length);");
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Command.RunAsync(project, "dotnet", [.. Trimming.Publish, "-o", "out"]));
        Assert.Contains("error IL2057", error.Message, StringComparison.Ordinal);
    }

    private async Task<string> NewProjectAsync(string name)
    {
        string project = packed.NewFolder(name);
        string machines = (await Command.RunAsync(project, "dotnet", "nuget", "locals", "global-packages", "--list")).Split(": ", 2)[1].Trim();

        // The machine's own sources stay, and what it has restored before needs no source; but these packages go into a folder of their own.
        await File.WriteAllTextAsync(Path.Combine(project, "NuGet.config"), $"""
            <configuration>
              <config>
                <add key="globalPackagesFolder" value="packages" />
              </config>
              <fallbackPackageFolders>
                <add key="machine" value="{machines}" />
              </fallbackPackageFolders>
              <packageSources>
                <add key="packed" value="{packed.Feed}" />
              </packageSources>
            </configuration>
            """);
        await File.WriteAllTextAsync(Path.Combine(project, "Consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <InvariantGlobalization>true</InvariantGlobalization>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="OpStack.P2P" Version="[{PackedRepository.Version}]" />
              </ItemGroup>
            </Project>
            """);
        File.Copy(Path.Combine(Repository.Root, "samples", "TwoNodes", "Program.cs"), Path.Combine(project, "Program.cs"));
        return project;
    }

    private static int ArrivedBlocks(string output) => output.Split("has arrived").Length - 1;
}
