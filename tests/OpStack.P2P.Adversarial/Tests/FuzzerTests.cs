using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Adversarial.Tests;

/// <summary>That the fuzzer finds what it is there to find.</summary>
public sealed class FuzzerTests
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData((int)FuzzFault.Exception)]
    [InlineData((int)FuzzFault.Time)]
    [InlineData((int)FuzzFault.Allocation)]
    [InlineData((int)FuzzFault.Property)]
    public void A_codec_with_a_fault_is_found_out_and_its_input_is_shrunk_to_the_one_byte_that_matters(int fault)
    {
        FuzzTotals totals = FuzzRun.Run(() => new FaultyCodec((FuzzFault)fault), seed: 1, inputs: 5_000, time: null, workers: 1);

        FuzzFinding finding = Assert.Single(totals.Findings);
        Assert.Equal(((FuzzFault)fault, FaultyCodec.Trigger), (finding.Fault, Assert.Single(finding.Input)));
    }

    [Fact]
    public void A_seed_gives_the_same_run_with_any_count_of_workers()
    {
        FuzzTotals one = FuzzRun.Run(() => new FaultyCodec(FuzzFault.None), seed: 3, inputs: 120_000, time: null, workers: 1);
        FuzzTotals three = FuzzRun.Run(() => new FaultyCodec(FuzzFault.None), seed: 3, inputs: 120_000, time: null, workers: 3);
        FuzzTotals other = FuzzRun.Run(() => new FaultyCodec(FuzzFault.None), seed: 4, inputs: 120_000, time: null, workers: 1);

        Assert.Empty(one.Findings);
        Assert.Equal((120_000, one.Accepted), (three.Inputs, three.Accepted));
        Assert.NotEqual(one.Accepted, other.Accepted);
    }

    [Fact]
    public async Task An_input_that_the_decoder_does_not_come_back_from_is_told_of_with_its_block()
    {
        using ManualResetEventSlim entered = new();
        using CancellationTokenSource end = new();
        FakeTimeProvider clock = new();
        List<FuzzTrial> told = [];
        Task<FuzzTotals> run = Task.Factory.StartNew(
            () => FuzzRun.Run(() => new FaultyCodec(FuzzFault.None, Hang), seed: 1, inputs: 5_000, time: null, workers: 1, OnHang, clock),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Assert.True(entered.Wait(HangGuard));
        clock.Advance(FuzzWatchdog.Period);
        Assert.Empty(told);
        clock.Advance(FuzzWatchdog.Period);

        Assert.Equal(5_000, (await run.WaitAsync(HangGuard)).Inputs);
        FuzzTrial trial = Assert.Single(told);
        Assert.Equal(0, trial.Block);
        Assert.Contains(FaultyCodec.Trigger, trial.Input);
        Assert.Equal(0, clock.ActiveTimers);

        void Hang()
        {
            entered.Set();
            end.Token.WaitHandle.WaitOne(HangGuard);
        }

        void OnHang(FuzzTrial trial)
        {
            told.Add(trial);
            end.Cancel();
        }
    }

    [Fact]
    public void Inputs_that_are_done_between_two_looks_are_no_hang()
    {
        FakeTimeProvider clock = new();
        List<FuzzTrial> seen = [];
        List<FuzzTrial> told = [];
        using FuzzWatchdog watchdog = new(1, told.Add, clock);
        FuzzProbe? probe = null;
        probe = new FuzzProbe(new FaultyCodec(FuzzFault.None, Look));
        watchdog.Watch(0, probe);

        byte[] input = [FaultyCodec.Trigger];
        for (int i = 0; i < 5; i++)
        {
            Assert.Null(probe.Try(input));
        }

        Assert.Equal(5, seen.Distinct().Count());
        Assert.Empty(told);

        // Once for each trial, however often the probe runs its decode.
        void Look()
        {
            if (!seen.Contains(probe!.Trial!))
            {
                seen.Add(probe.Trial!);
                clock.Advance(FuzzWatchdog.Period);
            }
        }
    }

    [Theory]
    [InlineData("--codec", "rlp,enr", 2)]
    [InlineData("--codec", "all", -1)]
    [InlineData("--codec", "rlp,none", 0)]
    [InlineData("--inputs", "-1", 0)]
    [InlineData("--what", "1", 0)]
    public void The_command_line_is_read_or_refused(string name, string value, int codecs)
    {
        bool read = FuzzOptions.TryParse([name, value], out FuzzOptions options, out string fault);

        Assert.Equal((codecs != 0, codecs == 0), (read, fault.Length > 0));
        Assert.Equal(codecs > 0 ? codecs : AllCodecs.Factories.Count, options.Codecs.Count);
    }

    [Theory]
    [InlineData("--minutes", "60", 0, "")]
    [InlineData("--minutes", "0", 1, "0 of 100 inputs")]
    [InlineData("--workers", "1", 0, "")]
    public void A_run_that_does_not_come_to_its_inputs_says_so_and_is_no_success(string option, string value, int exitCode, string said)
    {
        using StringWriter output = new();

        int code = FuzzCommand.Run(["--codec", "rlp", "--inputs", "100", option, value], output);

        Assert.Equal(exitCode, code);
        Assert.Contains(said, output.ToString(), StringComparison.Ordinal);
        Assert.Equal(exitCode != 0, output.ToString().Contains(" of 100", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_of_codecs_are_unique() => Assert.Equal(AllCodecs.Factories.Count, AllCodecs.Names.Distinct().Count());

    /// <summary>Takes what is of even length, and has its fault at a byte of 0xee.</summary>
    private sealed class FaultyCodec(FuzzFault fault, Action? onTrigger = null) : FuzzCodec
    {
        public const byte Trigger = 0xee;

        public override string Name => "faulty";

        public override IReadOnlyList<byte[]> Seeds { get; } = [[1, 2, 3, 4], [5, 6]];

        public override long AllocationBudget(int length) => 1_000;

        public override bool TryDecode(byte[] input)
        {
            bool isFaulty = input.Contains(Trigger);
            if (isFaulty)
            {
                onTrigger?.Invoke();
            }

            switch (fault)
            {
                case FuzzFault.Exception when isFaulty:
                    throw new IndexOutOfRangeException();
                case FuzzFault.Time when isFaulty:
                    Thread.Sleep(FuzzProbe.TimeBudget + TimeSpan.FromMilliseconds(1));
                    break;
                case FuzzFault.Allocation when isFaulty:
                    GC.KeepAlive(new byte[2_000]);
                    break;
            }

            return input.Length % 2 == 0 || isFaulty;
        }

        public override string? FindBrokenProperty(byte[] input) => fault == FuzzFault.Property && input.Contains(Trigger) ? "broken" : null;

        public override byte[] Generate(Random random) => [1, 2];

        public override string? FindLoss(byte[] generated) => null;

        protected override byte[] MutateStructure(Random random, byte[] valid) => [.. valid, (byte)random.Next(256)];
    }
}
