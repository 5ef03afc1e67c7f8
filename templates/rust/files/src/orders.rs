//! The domain: what an order is, and where orders are kept.
//!
//! The store is memory, bounded, and gone with the process. A database takes the place of
//! [`Orders`]; its reachability then belongs into `/readyz`.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

/// How many orders are kept; the oldest go first.
const CAPACITY: usize = 10_000;
const MAX_CUSTOMER: usize = 64;
const MAX_ITEMS: usize = 50;
const MAX_SKU: usize = 32;
const MAX_QUANTITY: u32 = 1000;

/// The name of an order: a UUID in its hyphenated form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct OrderId(Uuid);

/// A text that is no [`OrderId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an order id is a UUID such as 6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10")]
pub struct NotAnOrderId;

/// What a customer asks for, as it came.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// Who orders.
    pub customer: String,
    /// What is ordered.
    #[serde(deserialize_with = "objects")]
    pub items: Vec<Item>,
}

/// Something that is a JSON object: what serde derives for a struct also reads an array of its
/// fields, which the interface does not know.
#[derive(Clone, Debug)]
pub struct Object<T>(pub T);

/// One article of an order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The article's number.
    pub sku: String,
    /// How many of it.
    #[serde(deserialize_with = "whole_number")]
    pub quantity: u32,
}

/// An order that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Order {
    /// Its name.
    pub id: OrderId,
    /// Who ordered.
    pub customer: String,
    /// What was ordered; never empty.
    pub items: Vec<Item>,
    /// The sum of the quantities.
    pub units: u32,
}

/// A field of a [`NewOrder`] that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where, as a JSON pointer.
    pub field: String,
    /// What it must be.
    pub rule: String,
}

impl FromStr for OrderId {
    type Err = NotAnOrderId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Uuid also reads forms with braces, with `urn:` and without hyphens: one name each is enough.
        let hyphenated = text.len() == uuid::fmt::Hyphenated::LENGTH;
        Uuid::from_str(text)
            .ok()
            .filter(|_| hyphenated)
            .map(Self)
            .ok_or(NotAnOrderId)
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl NewOrder {
    /// Turns it into an order with a name of its own.
    ///
    /// # Errors
    ///
    /// Every field that breaks a rule.
    pub fn accept(self) -> Result<Order, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut require = |holds: bool, field: String, rule: String| {
            if !holds {
                errors.push(FieldError { field, rule });
            }
        };
        require(
            is_name(&self.customer, MAX_CUSTOMER),
            "/customer".to_owned(),
            format!("1 to {MAX_CUSTOMER} letters, digits and dashes"),
        );
        require(
            (1..=MAX_ITEMS).contains(&self.items.len()),
            "/items".to_owned(),
            format!("1 to {MAX_ITEMS} items"),
        );
        // No more than that: the errors of thousands of items would be a very long answer.
        for (index, item) in self.items.iter().take(MAX_ITEMS).enumerate() {
            require(
                is_name(&item.sku, MAX_SKU),
                format!("/items/{index}/sku"),
                format!("1 to {MAX_SKU} letters, digits and dashes"),
            );
            require(
                (1..=MAX_QUANTITY).contains(&item.quantity),
                format!("/items/{index}/quantity"),
                format!("1 to {MAX_QUANTITY}"),
            );
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Order {
            id: OrderId(Uuid::new_v4()),
            customer: self.customer,
            units: self.items.iter().map(|item| item.quantity).sum(),
            items: self.items,
        })
    }
}

fn is_name(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members))
            }
        }

        deserializer
            .deserialize_map(Members(PhantomData))
            .map(Object)
    }
}

fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let objects = Vec::<Object<T>>::deserialize(deserializer)?;
    Ok(objects.into_iter().map(|Object(inner)| inner).collect())
}

/// JSON has one kind of number, and to a JSON schema 2.0 is the integer 2.
fn whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = f64::deserialize(deserializer)?;
    if number.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(&number) {
        return Err(D::Error::custom(format!(
            "{number} is no whole number from 0 to {}",
            u32::MAX
        )));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "just checked"
    )]
    Ok(number as u32)
}

/// The orders of one process.
#[derive(Debug, Default)]
pub struct Orders(RwLock<Kept>);

#[derive(Debug, Default)]
struct Kept {
    by_id: HashMap<OrderId, Arc<Order>>,
    oldest_first: VecDeque<OrderId>,
}

impl Orders {
    /// The order of this name, if it is still kept.
    pub fn find(&self, id: OrderId) -> Option<Arc<Order>> {
        // No code that holds the lock can panic half-way, so a poisoned one is still whole.
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.by_id.get(&id).map(Arc::clone)
    }

    /// Keeps an order, and lets the oldest one go where there is no more room.
    pub fn keep(&self, order: Order) -> Arc<Order> {
        let order = Arc::new(order);
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.oldest_first.len() == CAPACITY
            && let Some(oldest) = kept.oldest_first.pop_front()
        {
            kept.by_id.remove(&oldest);
        }
        kept.oldest_first.push_back(order.id);
        kept.by_id.insert(order.id, Arc::clone(&order));
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_order(customer: &str, items: &[(&str, u32)]) -> NewOrder {
        let items = items.iter().map(|(sku, quantity)| Item {
            sku: (*sku).to_owned(),
            quantity: *quantity,
        });
        NewOrder {
            customer: customer.to_owned(),
            items: items.collect(),
        }
    }

    #[test]
    fn an_order_knows_its_units() {
        let order = new_order("c-1", &[("TEA-1", 2), ("MUG-7", 3)])
            .accept()
            .expect("it is valid");
        assert_eq!(order.units, 5);
    }

    #[test]
    fn every_broken_rule_is_reported_with_its_place() {
        let errors = new_order("a b", &[("TEA-1", 0), ("", 1)])
            .accept()
            .expect_err("it is not valid");
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["/customer", "/items/0/quantity", "/items/1/sku"]);

        let errors = new_order("c-1", &[]).accept().expect_err("it has no items");
        assert_eq!(errors[0].rule, "1 to 50 items");

        let many = new_order("c-1", &[("", 1); 500]);
        let errors = many.accept().expect_err("it has too many items");
        assert_eq!(errors[0].rule, "1 to 50 items");
        assert_eq!(errors.len(), 1 + MAX_ITEMS);
    }

    #[test]
    fn a_quantity_is_a_whole_number_however_it_is_written() {
        let quantity = |text: &str| {
            let json = format!(r#"{{"sku": "TEA-1", "quantity": {text}}}"#);
            serde_json::from_str::<Item>(&json)
                .ok()
                .map(|item| item.quantity)
        };
        assert_eq!(quantity("2"), Some(2));
        assert_eq!(quantity("2.0"), Some(2));
        for not_whole in ["2.5", "-1", "1e300", "null", r#""2""#] {
            assert_eq!(quantity(not_whole), None, "{not_whole}");
        }
    }

    #[test]
    fn an_order_and_its_items_are_objects() {
        let read = |text: &str| serde_json::from_str::<Object<NewOrder>>(text).map(|it| it.0);
        assert!(read(r#"{"customer": "c", "items": [{"sku": "T", "quantity": 1}]}"#).is_ok());
        for array in [
            r#"["c", [{"sku": "T", "quantity": 1}]]"#,
            r#"{"customer": "c", "items": [["T", 1]]}"#,
        ] {
            let error = read(array).expect_err("it is no object").to_string();
            assert!(error.contains("expected an object"), "{error}");
        }
    }

    #[test]
    fn an_id_has_one_form() {
        for (text, valid) in [
            ("6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10", true),
            ("6F1C1C1E-8A0B-4C57-9D0E-2F4F1F8F3A10", true),
            ("6f1c1c1e8a0b4c579d0e2f4f1f8f3a10", false),
            ("{6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10}", false),
            ("17", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<OrderId>().is_ok(), valid, "{text}");
        }
    }

    #[test]
    fn the_oldest_order_goes_when_the_store_is_full() {
        let orders = Orders::default();
        let keep = || {
            orders
                .keep(
                    new_order("c-1", &[("TEA-1", 1)])
                        .accept()
                        .expect("it is valid"),
                )
                .id
        };
        let (first, second) = (keep(), keep());
        for _ in 2..CAPACITY {
            keep();
        }
        assert!(orders.find(first).is_some());
        let last = keep();
        assert!(orders.find(first).is_none());
        assert!(orders.find(second).is_some() && orders.find(last).is_some());
    }
}
