# The palette: going anywhere by typing a part of its name.
palette-keys = Ctrl K
palette-label = Go to
palette-example = A page, a person, R-20001, what to do
palette-found = What was found
palette-failed = The server did not answer. Press Enter to search on a page.
palette-hint = Up and down to choose, Enter to go
palette-close = Close
palette-said =
    { $count ->
        [0] Nothing fits
        [one] One thing fits
       *[other] { $count } things fit
    }
palette-pages = Pages
palette-actions = What to do
palette-extend = Ask for longer what I have
palette-give-back = Give back what I do not need
palette-withdraw = Withdraw a request of mine
palette-for-team = Ask for somebody in my team
palette-retry = Retry a job that failed for good
palette-import = Import people from a file
palette-test-connector = Test a connector
palette-access-rule = Write an access rule
