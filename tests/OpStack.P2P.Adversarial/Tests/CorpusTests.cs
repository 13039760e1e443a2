using OpStack.P2P.Adversarial.Fuzzing;

namespace OpStack.P2P.Adversarial.Tests;

/// <summary>That findings are kept, and are tried again.</summary>
public sealed class CorpusTests
{
    [Fact]
    public void A_finding_that_is_stored_is_among_the_files_of_its_codec()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("corpus");
        try
        {
            Corpus corpus = new(folder.FullName);
            Assert.Empty(corpus.FilesOf("rlp"));

            string first = corpus.Store("rlp", new FuzzFinding(FuzzFault.Time, "", [1, 2, 3]));
            string second = corpus.Store("rlp", new FuzzFinding(FuzzFault.Exception, "", [1, 2, 3]));
            Assert.Equal(first, corpus.Store("rlp", new FuzzFinding(FuzzFault.Time, "again", [1, 2, 3])));

            Assert.Equal("time-039058c6f2c0.bin", Path.GetFileName(first));
            Assert.Equal([second, first], corpus.FilesOf("rlp"));
            Assert.All(corpus.FilesOf("rlp"), file => Assert.Equal([1, 2, 3], File.ReadAllBytes(file)));
            Assert.Empty(corpus.FilesOf("enr"));
            Assert.Equal(["rlp"], corpus.Codecs);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // A folder of another name would never be tried.
    [Fact]
    public void The_corpus_of_the_repository_has_files_and_every_folder_of_it_is_a_codecs()
    {
        Assert.NotEmpty(AllCodecs.Names.SelectMany(Corpus.OfRepository.FilesOf));
        Assert.Empty(Corpus.OfRepository.Codecs.Except(AllCodecs.Names));
    }
}
