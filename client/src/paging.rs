//! Lists that the server gives page by page, as one stream of items.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use crate::call::Call;
use crate::error::Error;

/// Goes through the pages of an operation that takes a page's number and answers with its items:
/// `Archive/GetArchiveListByColumns` and its like.
///
/// A page is asked for when the items before it were taken. The first one has the number 0.
///
/// ```
/// # use superoffice_client::{Call, Error, paged};
/// # struct Args { page: i32, page_size: i32 }
/// # struct Archive;
/// # impl Archive { fn get_archive_list_by_columns(&self, args: &Args) -> Call<Vec<String>> { unreachable!() } }
/// # async fn example(archive: Archive) -> Result<(), Error> {
/// let mut items = paged(|page| {
///     archive.get_archive_list_by_columns(&Args { page, page_size: 500 })
/// })
/// .page_size(500);
/// while let Some(item) = items.next().await {
///     println!("{}", item?);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Where it ends
///
/// Behind an empty page; behind a page with fewer items than [`Pages::page_size`], if that was said,
/// which saves asking for the empty one; behind [`Pages::max_pages`]; and behind an error, which is the
/// last item. A list that changes meanwhile may repeat or lack items, as pages are all that the server
/// knows: what it gives is passed on as it comes.
pub fn paged<'a, T, F>(mut page: F) -> Pages<'a, T>
where
    T: 'a,
    F: FnMut(i32) -> Call<Vec<T>> + Send + 'a,
{
    paged_by(move |number| page(number).send())
}

/// The same for what is no plain call: items that stand inside a result, a call that is repeated, pages
/// that are counted otherwise.
///
/// ```
/// # use superoffice_client::{Call, Error, paged_by};
/// # #[derive(Default)] struct ArchiveListResult { rows: Option<Vec<String>> }
/// # fn get_archive_list_with_header(page: i32) -> Call<Option<ArchiveListResult>> { unreachable!() }
/// # async fn example() -> Result<Vec<String>, Error> {
/// let rows = paged_by(|page| {
///     let call = get_archive_list_with_header(page);
///     async move { Ok(call.await?.unwrap_or_default().rows.unwrap_or_default()) }
/// });
/// rows.all().await
/// # }
/// ```
pub fn paged_by<'a, T, F, P>(mut page: F) -> Pages<'a, T>
where
    F: FnMut(i32) -> P + Send + 'a,
    P: Future<Output = Result<Vec<T>, Error>> + Send + 'a,
{
    Pages {
        fetch: Box::new(move |number| Box::pin(page(number))),
        progress: Progress::new(),
        coming: None,
    }
}

/// The same as [`paged`] for programmes without an async runtime: an iterator that asks for a page when
/// the items before it were taken. It ends where a stream of pages ends.
///
/// ```
/// # use superoffice_client::{Call, Error, paged_blocking};
/// # fn get_archive_list(page: i32) -> Call<Vec<String>> { unreachable!() }
/// # fn example() -> Result<(), Error> {
/// for item in paged_blocking(|page| get_archive_list(page)).page_size(500) {
///     println!("{}", item?);
/// }
/// # Ok(())
/// # }
/// ```
#[cfg(feature = "blocking")]
pub fn paged_blocking<'a, T, F>(mut page: F) -> BlockingPages<'a, T>
where
    F: FnMut(i32) -> Call<Vec<T>> + 'a,
{
    BlockingPages {
        fetch: Box::new(move |number| page(number).send_blocking()),
        progress: Progress::new(),
    }
}

/// Items that come page by page; what [`paged_blocking`] gives.
#[cfg(feature = "blocking")]
#[must_use = "pages are asked for when items are"]
pub struct BlockingPages<'a, T> {
    fetch: Box<dyn FnMut(i32) -> Result<Vec<T>, Error> + 'a>,
    progress: Progress<T>,
}

#[cfg(feature = "blocking")]
impl<T> Iterator for BlockingPages<'_, T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.progress.step() {
                Step::Item(item) => return Some(Ok(item)),
                Step::Page(number) => {
                    let page = (self.fetch)(number);
                    if let Err(error) = self.progress.came(page) {
                        return Some(Err(error));
                    }
                }
                Step::End => return None,
            }
        }
    }
}

#[cfg(feature = "blocking")]
impl<T> std::iter::FusedIterator for BlockingPages<'_, T> {}

/// A page under way.
type Page<'a, T> = Pin<Box<dyn Future<Output = Result<Vec<T>, Error>> + Send + 'a>>;

/// Items that come page by page; what [`paged`] gives. It is a [`Stream`] too.
#[must_use = "pages are asked for when items are"]
pub struct Pages<'a, T> {
    fetch: Box<dyn FnMut(i32) -> Page<'a, T> + Send + 'a>,
    progress: Progress<T>,
    coming: Option<Page<'a, T>>,
}

impl<T> Pages<'_, T> {
    /// The next item, and behind the last one `None`.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// All items.
    ///
    /// # Errors
    ///
    /// That of the first page that fails; what came before it is lost.
    pub async fn all(mut self) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
        }
        Ok(all)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            let mut coming = match self.coming.take() {
                Some(coming) => coming,
                None => match self.progress.step() {
                    Step::Item(item) => return Poll::Ready(Some(Ok(item))),
                    Step::Page(number) => (self.fetch)(number),
                    Step::End => return Poll::Ready(None),
                },
            };
            let Poll::Ready(page) = coming.as_mut().poll(context) else {
                self.coming = Some(coming);
                return Poll::Pending;
            };
            if let Err(error) = self.progress.came(page) {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

/// Nothing in it is pinned but what has a box of its own.
impl<T> Unpin for Pages<'_, T> {}

impl<T> Stream for Pages<'_, T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = ready!(self.poll(context));
        Poll::Ready(item)
    }
}

macro_rules! settings {
    ($pages:ident) => {
        impl<T> $pages<'_, T> {
            /// How many items a page has that is not the last one.
            pub fn page_size(mut self, items: usize) -> Self {
                self.progress.size = items;
                self
            }

            /// Asks for so many pages at most.
            pub fn max_pages(mut self, pages: u32) -> Self {
                self.progress.left = pages;
                self
            }

            /// The number of the first page, if that is not 0.
            pub fn first_page(mut self, number: i32) -> Self {
                self.progress.next = Some(number);
                self
            }
        }

        impl<T> fmt::Debug for $pages<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($pages))
                    .field("next_page", &self.progress.next)
                    .field("items_left", &self.progress.items.len())
                    .finish_non_exhaustive()
            }
        }
    };
}

settings!(Pages);
#[cfg(feature = "blocking")]
settings!(BlockingPages);

/// What was got and is not yet taken, and which page comes next.
struct Progress<T> {
    items: vec::IntoIter<T>,
    next: Option<i32>,
    /// Items of a page that is not the last one; 0 if nobody said.
    size: usize,
    /// How many pages may still be asked for.
    left: u32,
}

enum Step<T> {
    Item(T),
    /// The page with this number has to be got.
    Page(i32),
    End,
}

impl<T> Progress<T> {
    fn new() -> Self {
        Self {
            items: Vec::new().into_iter(),
            next: Some(0),
            size: 0,
            left: u32::MAX,
        }
    }

    fn step(&mut self) -> Step<T> {
        if let Some(item) = self.items.next() {
            return Step::Item(item);
        }
        match self.next {
            Some(number) if self.left > 0 => {
                self.left -= 1;
                self.next = number.checked_add(1);
                Step::Page(number)
            }
            _ => Step::End,
        }
    }

    fn came(&mut self, page: Result<Vec<T>, Error>) -> Result<(), Error> {
        let is_last = page
            .as_ref()
            .map_or(true, |items| items.is_empty() || items.len() < self.size);
        if is_last {
            self.next = None;
        }
        self.items = page?.into_iter();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Waker};

    use futures_core::Stream as _;

    use super::{Pages, paged_by};
    use crate::Error;

    /// Pages of these sizes, then an error; items are numbered through.
    fn pages<'a>(sizes: &'a [usize], asked: &'a AtomicUsize) -> Pages<'a, usize> {
        paged_by(move |page| {
            asked.fetch_add(1, Ordering::Relaxed);
            let page = usize::try_from(page).expect("counted from 0");
            let before = sizes.iter().take(page).sum::<usize>();
            let items = sizes
                .get(page)
                .map(|size| (before..before + size).collect());
            async move { items.ok_or_else(|| Error::configuration("no such page")) }
        })
    }

    fn taken(mut pages: Pages<'_, usize>) -> (Vec<usize>, Option<String>) {
        let mut context = Context::from_waker(Waker::noop());
        let mut items = Vec::new();
        loop {
            // Nothing here waits.
            match pin!(&mut pages).poll_next(&mut context) {
                std::task::Poll::Ready(Some(Ok(item))) => items.push(item),
                std::task::Poll::Ready(Some(Err(error))) => {
                    let next = pin!(&mut pages).poll_next(&mut context);
                    assert!(matches!(next, std::task::Poll::Ready(None)));
                    return (items, Some(error.to_string()));
                }
                std::task::Poll::Ready(None) => return (items, None),
                std::task::Poll::Pending => unreachable!("nothing waits"),
            }
        }
    }

    #[test]
    fn it_ends_where_it_says() {
        let all = |n: usize| (0..n).collect::<Vec<_>>();
        let asked = AtomicUsize::new(0);
        let count = || asked.swap(0, Ordering::Relaxed);

        assert_eq!(taken(pages(&[3, 2, 0], &asked)), (all(5), None));
        assert_eq!(count(), 3, "up to the empty page");
        assert_eq!(taken(pages(&[3, 2], &asked).page_size(3)), (all(5), None));
        assert_eq!(count(), 2, "up to the short page");
        assert_eq!(
            taken(pages(&[3, 3, 0], &asked).page_size(3)),
            (all(6), None)
        );
        assert_eq!(count(), 3, "the last page was full");
        assert_eq!(
            taken(pages(&[3, 3, 3], &asked).max_pages(2)),
            (all(6), None)
        );
        assert_eq!(count(), 2);
        assert_eq!(
            taken(pages(&[3, 3, 0], &asked).first_page(1)),
            (vec![3, 4, 5], None)
        );
        assert_eq!(count(), 2);
        assert_eq!(taken(pages(&[0], &asked)), (vec![], None));
        assert_eq!(count(), 1);
        let (items, error) = taken(pages(&[2], &asked));
        assert_eq!((items, error.as_deref()), (all(2), Some("no such page")));
        assert_eq!(count(), 2, "nothing is asked for behind an error");
    }

    #[test]
    fn it_can_be_spawned() {
        fn is_send<T: Send>(_: &T) {}
        let pages = paged_by(|_| async { Ok(vec![1]) });
        is_send(&pages);
        is_send(&pages.all());
    }
}
