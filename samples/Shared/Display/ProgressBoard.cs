using Spectre.Console;

namespace Samples.Shared.Display;

/// <summary>
/// Shows the progress of tasks that run one after the other: moving bars on a terminal, otherwise plain lines.
/// </summary>
public abstract class ProgressBoard
{
    /// <summary>Runs <paramref name="work"/> with a board suited to standard output.</summary>
    public static void Show(Action<ProgressBoard> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!Terminal.IsLive)
        {
            work(new Lines());
            return;
        }

        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context => work(new Bars(context)));
    }

    /// <summary>Starts the next task.</summary>
    /// <param name="name">The name of the task.</param>
    /// <param name="total">The amount of work, at least 1.</param>
    public abstract ProgressTask Start(string name, int total);

    private sealed class Lines : ProgressBoard
    {
        public override ProgressTask Start(string name, int total) => new LineTask(name, total);
    }

    private sealed class Bars(ProgressContext context) : ProgressBoard
    {
        public override ProgressTask Start(string name, int total) =>
            new BarTask(name, context.AddTask(Markup.Escape(name), maxValue: total));
    }

    /// <summary>Writes a line for each tenth of the work.</summary>
    private sealed class LineTask(string name, int total) : ProgressTask
    {
        private const int LinesPerTask = 10;
        private int _tenths;

        public override void Report(int done)
        {
        }

        public override void Report(int done, string status)
        {
            int tenths = (int)((long)done * LinesPerTask / total);
            if (tenths == _tenths)
                return;
            _tenths = tenths;
            Console.Out.WriteLine($"{name}: {status}");
        }
    }

    private sealed class BarTask(string name, Spectre.Console.ProgressTask bar) : ProgressTask
    {
        public override void Report(int done) => bar.Value = done;

        public override void Report(int done, string status)
        {
            bar.Description = Markup.Escape($"{name}  {status}");
            bar.Value = done;
        }
    }
}
