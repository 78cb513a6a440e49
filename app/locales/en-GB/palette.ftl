# The palette: going anywhere by typing a part of its name.
palette-keys = Ctrl K
palette-label = Go to
palette-example = A page, a person, an item, or R-20001
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
