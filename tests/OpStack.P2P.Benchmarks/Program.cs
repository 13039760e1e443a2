using BenchmarkDotNet.Running;
using OpStack.P2P.Benchmarks;
using OpStack.P2P.Benchmarks.Children;

// [--filter NAME]... [--seconds N] [--json] | --micro [arguments of BenchmarkDotNet]: docs/benchmarks.md
if (args is ["--micro", .. string[] rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(BenchmarkOptions).Assembly).Run(rest.Length == 0 ? ["--filter", "*"] : rest);
    return 0;
}

// What the rows with processes start: nothing for the command line.
if (args is [ChildProgram.Verb, string kind])
{
    return await ChildProgram.RunAsync(kind);
}

if (!BenchmarkOptions.TryParse(args, out BenchmarkOptions options, out string error))
{
    Console.Error.WriteLine(error);
    return 2;
}

List<Result> results = [];
Report report = new(options.Json, Console.Out);
report.Begin();
foreach (Row row in AllRows.Create().Where(options.Includes))
{
    Result result = Measurement.Run(row, TimeSpan.FromSeconds(options.Seconds));
    results.Add(result);
    report.Add(result);
}

report.End(results);
return 0;
